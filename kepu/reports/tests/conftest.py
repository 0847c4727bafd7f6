"""One district for every export."""

import pytest

from kepu.reports.tests.district import District


@pytest.fixture
def district(db):
    return District()
