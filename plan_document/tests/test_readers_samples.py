"""The sample plans that the demo imports say what they should, in words of our own."""

from __future__ import annotations

import importlib.util
import re
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from plan_document import parse
from plan_document.compare import DifferenceKind, compare, continuations, view_of
from plan_document.readers import read

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "kepu" / "plans" / "samples"
DOWNLOADED = ROOT.parent / "shared" / "shangyu-plan.txt"
NAMES = ["shangyu-2022-2025", "shangyu-2026-2030"]
LEADS = [
    ["教体局", "团区委", "科协"],
    ["农业农村局"],
    ["人力社保局", "总工会"],
    ["卫生健康局", "科协"],
    ["组织部"],
    ["科技局", "科协"],
    ["宣传部", "融媒体中心", "科协"],
    ["科协", "科技局", "发改局"],
    [],
]
LONGEST_SHARED_RUN = 25


def text_of(name: str) -> str:
    return read((SAMPLES / f"{name}.docx").read_bytes()).text


def draft_of(name: str):
    return parse(text_of(name))


def maker():
    spec = importlib.util.spec_from_file_location("make_sample_plan", ROOT / "tools" / "make_sample_plan.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_sample_has_the_nine_tasks_with_their_leads_and_three_measures_each():
    draft = draft_of("shangyu-2022-2025")
    tasks = draft.actions[:9]
    assert [[unit.name for unit in action.leads] for action in tasks] == LEADS
    assert [len(action.measures) for action in tasks] == [3] * 9
    assert [action.title for action in draft.actions[9:]] == ["保障措施"]
    assert not [unit for action in tasks for measure in action.measures for unit in measure.leads]


def test_the_sample_has_exactly_the_two_targets_and_the_period_of_the_plan():
    draft = draft_of("shangyu-2022-2025")
    stated = [(each.comparator.value, each.value, each.unit, each.deadline) for each in draft.targets]
    assert stated == [(">=", 18.5, "%", "2025"), (">=", 30000, "人次", "2025")]
    assert (draft.period.start, draft.period.end) == (2022, 2025)


def test_the_sample_warns_of_the_missing_owners_of_its_ninth_task():
    draft = draft_of("shangyu-2022-2025")
    ninth = draft.actions[8]
    missing = [warning for warning in draft.warnings if warning.code == "owners_missing"]
    assert [ninth.start <= warning.start < ninth.end for warning in missing] == [True]


def test_the_successor_says_at_once_that_it_is_invented():
    lines = text_of("shangyu-2026-2030").splitlines()
    assert "演示用的虚构后续方案" in lines[2]


def test_the_successor_carries_the_progress_of_26_measures_and_adds_two():
    old, new = (view_of(draft_of(name)) for name in NAMES)
    tasks = [each for each in continuations(old, new) if int(each.new_key.split(".")[0]) <= 9]
    assert sum(each.old_key is not None for each in tasks) == 26
    kinds = [found.kind for found in compare(old, new)]
    assert kinds.count(DifferenceKind.MEASURE_ADDED) == 2
    assert kinds.count(DifferenceKind.MEASURE_MERGED) == 1
    assert DifferenceKind.MEASURE_REMOVED not in kinds


@pytest.mark.parametrize("name", NAMES)
def test_the_files_are_made_from_the_texts_beside_the_tool_the_same_every_time(name):
    make = maker()
    text = (ROOT / "tools" / "sample_plans" / f"{name}.md").read_text(encoding="utf-8")
    made = make.plan_document(text)
    assert made == make.plan_document(text)
    assert read(made).text == text_of(name)


@pytest.mark.parametrize("name", NAMES)
def test_the_samples_share_names_but_no_sentences_with_the_downloaded_plan(name):
    if not DOWNLOADED.exists():
        pytest.skip("the downloaded plan is not beside the checkout")
    ours, theirs = (
        re.sub(r"[^一-鿿]", "", text) for text in (text_of(name), DOWNLOADED.read_text(encoding="utf-8"))
    )
    matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
    longest = matcher.find_longest_match(0, len(ours), 0, len(theirs))
    shared = ours[longest.a : longest.a + longest.size]
    assert longest.size <= LONGEST_SHARED_RUN, shared
