"""The same expressions on the same facts, on a real Spark cluster of two workers."""

import pytest

from fact_analytics import engine, read_facts
from fact_analytics.tests.checks import EngineAgrees
from fact_analytics.tests.cluster import running_cluster, why_not
from fact_analytics.tests.made_up import folder_of, some_facts

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("spark"),  # one cluster, not one for each process
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "-"),
    pytest.mark.filterwarnings("ignore"),  # Spark's client warns of what its own parts use
]


@pytest.fixture(scope="module")
def rows():
    return some_facts(3000, seed=20)


@pytest.fixture(scope="module")
def backend(tmp_path_factory):
    with running_cluster(tmp_path_factory.mktemp("cluster")) as url:
        yield engine(url)


@pytest.fixture(scope="module")
def facts(backend, rows, tmp_path_factory):
    return read_facts(backend, folder_of(rows, tmp_path_factory.mktemp("facts")))


class TestSpark(EngineAgrees):
    pass
