"""A target is called by what is done to whom; a number of people alone says nothing on a board."""

import pytest

from kepu.plans.queries.outline import name_of_target
from plan_document import parse


def name_in(sentence):
    (target,) = parse(f"一、主要任务\n（一）行动\n1. 办好培训。{sentence}（责任单位：科协）\n").targets
    return name_of_target(target)


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("到2025年，全区培训老年人3万人次以上。", "培训老年人"),
        ("到2025年，公民具备科学素质的比例达到18.5%以上。", "公民具备科学素质的比例"),
    ],
)
def test_a_target_is_named_by_its_deed_and_whom_it_is_for(sentence, name):
    assert name_in(sentence) == name
