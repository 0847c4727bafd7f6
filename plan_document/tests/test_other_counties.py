"""Plans as other counties, cities and offices write them, field by field against a careful reader's."""

from __future__ import annotations

import pytest

from plan_document import parse
from plan_document.tests.counties import NAMES, compared, expected_of, text_of


@pytest.mark.parametrize("name", NAMES)
def test_every_field_is_read_as_a_careful_reader_would(name):
    fields = compared(parse(text_of(name)), expected_of(name))
    assert [field for field in fields if field[1] != field[2]] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_character_is_lost(name):
    text = text_of(name)
    assert "".join(text[part.start : part.end] for part in parse(text).parts) == text
