"""Drafts for property tests: any text, tiled by parts, with actions and measures anywhere in it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import strategies as st

from plan_document.draft import (
    Action,
    ActionKind,
    Comparator,
    Measure,
    Mention,
    ParentDocument,
    Part,
    PartKind,
    Period,
    PlanDraft,
    Severity,
    Target,
    Unit,
    Warning,
)

TEXT = st.text(alphabet="科普行动。，；\n 一（）A1", max_size=12)
NAMES = st.sampled_from(["科协", "教体局", "团区委", "各镇街", "农业农村局"])
CONFIDENCE = st.floats(min_value=0, max_value=1)


@st.composite
def _cuts(draw, length, *, most):
    inner = draw(st.sets(st.integers(0, length), max_size=most)) if length else set()
    return sorted({0, length, *inner})


@st.composite
def _unit(draw, length):
    start = draw(st.integers(0, length))
    return Unit(draw(NAMES), start, draw(st.integers(start, length)), draw(CONFIDENCE))


def _units(length):
    return st.lists(_unit(length), max_size=2, unique_by=lambda unit: unit.name).map(tuple)


@st.composite
def _measure(draw, length, *, start, end):
    return Measure(
        draw(TEXT), draw(TEXT), draw(_units(length)), draw(_units(length)), start, end, draw(CONFIDENCE)
    )


@st.composite
def _action(draw, length, *, start, end):
    seams = [start + cut for cut in draw(_cuts(end - start, most=4))]
    places = [pair for pair in pairwise(seams) if draw(st.booleans())]
    measures = tuple(draw(_measure(length, start=left, end=right)) for left, right in places)
    kind = draw(st.sampled_from(ActionKind))
    return Action(
        draw(TEXT), draw(TEXT), kind, draw(_units(length)), draw(_units(length)), measures, start, end
    )


@st.composite
def _target(draw, length, *, actions):
    positions = [
        (index, inner) for index, action in enumerate(actions) for inner in range(len(action.measures))
    ]
    start = draw(st.integers(0, length))
    number = st.floats(allow_nan=False, allow_infinity=False)
    return Target(
        text=draw(TEXT),
        comparator=draw(st.sampled_from(Comparator)),
        value=draw(number),
        unit=draw(TEXT),
        population=draw(TEXT),
        baseline=draw(st.none() | number),
        deadline=draw(st.none() | TEXT),
        per=draw(TEXT),
        measure=draw(st.sampled_from([None, *positions])),
        start=start,
        end=draw(st.integers(start, length)),
        confidence=draw(CONFIDENCE),
    )


@st.composite
def _warning(draw, length):
    start = draw(st.integers(0, length))
    code = draw(st.sampled_from(["missing_owners", "odd_number"]))
    severity = draw(st.sampled_from(Severity))
    return Warning(code, draw(TEXT), start, draw(st.integers(start, length)), severity)


@st.composite
def drafts(draw):
    """A draft whose parts tile its source and whose measures do not overlap."""
    source = draw(st.text(alphabet="科普行动实施。，；\n （）A1", max_size=60))
    length = len(source)
    parts = tuple(
        Part(draw(st.sampled_from(PartKind)), left, right)
        for left, right in pairwise(draw(_cuts(length, most=12)))
    )
    seams = pairwise(draw(_cuts(length, most=4)))
    actions = tuple(
        draw(_action(length, start=left, end=right)) for left, right in seams if draw(st.booleans())
    )
    warnings = draw(st.lists(_warning(length), max_size=3).map(tuple))
    return PlanDraft(
        source=source,
        title=draw(TEXT),
        period=draw(st.none() | st.just(Period(2022, 2025))),
        parents=draw(st.just(()) | st.just((ParentDocument("纲要", "国务院", 0, length),))),
        actions=actions,
        targets=draw(st.lists(_target(length, actions=actions), max_size=4).map(tuple)),
        mentions=draw(st.just(()) | st.just((Mention("brand", "b1", "科普", 0, length),))),
        warnings=warnings,
        parts=parts,
        dismissed=draw(st.lists(_warning(length), max_size=2).map(tuple)),
    )


def a_full_plan() -> PlanDraft:
    """Three actions with three measures each, a target in every other measure, free text at the end."""
    source, parts, actions, targets = "", [], [], []

    def put(kind: PartKind, words: str) -> tuple[int, int]:
        nonlocal source
        start = len(source)
        source += words
        parts.append(Part(kind, start, len(source)))
        return start, len(source)

    put(PartKind.TITLE, "科普行动方案\n")
    for at in range(3):
        heading, _ = put(PartKind.ACTION_TITLE, f"（{at + 1}）第{at + 1}项行动\n")
        measures = []
        for inner in range(3):
            start, _ = put(PartKind.MEASURE_TITLE, f"举措{at}{inner}。")
            stated, end = put(PartKind.MEASURE_TEXT, f"办班{inner + 1}次。请专家讲课。")
            measures.append(
                Measure(f"举措{at}{inner}", "办班。", (Unit("科协", start, start),), (), start, end)
            )
            put(PartKind.PAGE_MARK, "\n")
            if inner != 1:
                targets.append(
                    Target(
                        "办班",
                        Comparator.EQUAL,
                        inner + 1.0,
                        "次",
                        "",
                        None,
                        None,
                        "",
                        (at, inner),
                        stated,
                        stated + 5,
                    )
                )
        lead, end = put(PartKind.OWNERS, "（责任单位：科协）\n")
        owners = (Unit("科协", lead + 6, lead + 8),)
        actions.append(
            Action(
                f"{at + 1}",
                f"第{at + 1}项行动",
                ActionKind.CAMPAIGN,
                owners,
                (),
                tuple(measures),
                heading,
                end,
            )
        )
    put(PartKind.OTHER, "附则。另行通知。")
    warnings = (Warning("missing_owners", "缺少责任单位", 0, 2), Warning("odd_number", "编号", 8, 9))
    return PlanDraft(
        source=source,
        title="方案",
        period=Period(2022, 2025),
        parents=(),
        actions=tuple(actions),
        targets=tuple(targets),
        mentions=(),
        warnings=warnings,
        parts=tuple(parts),
    )
