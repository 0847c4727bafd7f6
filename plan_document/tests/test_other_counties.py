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


CLOSING = "青石县科普方案（2026—2030年）\n一、重点任务\n1.办好科普日。（责任单位：县科协）\n{closing}\n"


@pytest.mark.parametrize(
    "closing",
    [
        "二、附则\n本方案由县教育局负责解释。\n本方案自印发之日起施行。",
        "二、保障措施\n1.加强领导。\n本方案自发布之日起施行，由县教育局负责解释。",
        "本方案由县教育局负责解释。",
        "青石县教育局\n2026年3月1日\n抄送：县教育局，县委办公室。",
    ],
)
def test_who_explains_or_signs_the_plan_owns_nothing(closing):
    draft = parse(CLOSING.format(closing=closing))
    named = [
        unit.name for action in draft.actions for each in (action, *action.measures) for unit in each.leads
    ]
    assert named == ["县科协"]
    assert not any(
        measure.title.startswith("本方案") for action in draft.actions for measure in action.measures
    )
