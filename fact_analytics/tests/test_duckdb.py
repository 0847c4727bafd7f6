"""The engine that needs nothing: DuckDB in this process."""

import pytest

from fact_analytics import EngineUnknown, engine, read_facts
from fact_analytics.tests.checks import EngineAgrees
from fact_analytics.tests.made_up import folder_of, some_facts


@pytest.fixture(scope="module")
def rows():
    return some_facts(3000, seed=20)


@pytest.fixture(scope="module")
def facts(rows, tmp_path_factory):
    return read_facts(engine(), folder_of(rows, tmp_path_factory.mktemp("facts")))


class TestDuckDB(EngineAgrees):
    pass


def test_an_engine_that_is_not_known_is_refused_by_name():
    with pytest.raises(EngineUnknown, match="mysql"):
        engine("mysql://somewhere")
