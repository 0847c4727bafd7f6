"""Plan drafts and imports for tests: a document is written piece by piece, so that every place is exact."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

from kepu.accounts.models import Organisation, User
from kepu.plans.models import Plan, PlanImport
from plan_document import serialize
from plan_document.draft import (
    Action,
    ActionKind,
    Comparator,
    Measure,
    Part,
    PartKind,
    Period,
    PlanDraft,
    Target,
    Unit,
    Warning,
)

AT = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


@dataclass
class MeasureWords:
    """A measure to be written; no units of its own unless told otherwise."""

    title: str
    text: str = "办好这件事。"
    leads: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()


@dataclass
class ActionWords:
    """An action to be written."""

    title: str
    measures: list[MeasureWords] = field(default_factory=list)
    leads: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    kind: ActionKind = ActionKind.CAMPAIGN


class _Paper:
    def __init__(self) -> None:
        self.text = ""
        self.parts: list[Part] = []

    def write(self, words: str, kind: PartKind) -> tuple[int, int]:
        start = len(self.text)
        self.text += words
        if words:
            self.parts.append(Part(kind, start, len(self.text)))
        return start, len(self.text)

    def units(self, names: tuple[str, ...], *, word: str) -> tuple[Unit, ...]:
        found = []
        for name in names:
            start, end = self.write(name, PartKind.OWNERS)
            found.append(Unit(name, start, end))
            self.write("、", PartKind.OWNERS)
        self.write(word, PartKind.OWNERS)
        return tuple(found)


def make_draft(
    *actions: ActionWords,
    title: str = "全民科学素质行动实施方案",
    period: tuple[int, int] | None = (2022, 2025),
    targets: tuple[Target, ...] = (),
    warnings: tuple[Warning, ...] = (),
) -> PlanDraft:
    """A draft of a document that says just this; targets and warnings are placed by the caller."""
    paper = _Paper()
    paper.write("某网站的说明\n", PartKind.BOILERPLATE)
    paper.write(f"{title}\n", PartKind.TITLE)
    found = tuple(_action(paper, number, words) for number, words in enumerate(actions, start=1))
    return PlanDraft(
        source=paper.text,
        title=title,
        period=Period(*period) if period else None,
        parents=(),
        actions=found,
        targets=targets,
        mentions=(),
        warnings=warnings,
        parts=tuple(paper.parts),
    )


def _action(paper: _Paper, number: int, words: ActionWords) -> Action:
    start, _ = paper.write(f"({number}){words.title}\n", PartKind.ACTION_TITLE)
    measures = tuple(_measure(paper, one) for one in words.measures)
    leads = paper.units(words.leads, word="牵头,")
    partners = paper.units(words.partners, word="配合\n")
    return Action(str(number), words.title, words.kind, leads, partners, measures, start, len(paper.text))


def _measure(paper: _Paper, words: MeasureWords) -> Measure:
    start, _ = paper.write(f"{words.title}。", PartKind.MEASURE_TITLE)
    _, end = paper.write(words.text, PartKind.MEASURE_TEXT)
    leads = paper.units(words.leads, word="牵头") if words.leads else ()
    partners = paper.units(words.partners, word="配合") if words.partners else ()
    return Measure(words.title, words.text, leads, partners, start, end)


def make_target_words(text: str = "培训老年人3万人次以上", **fields) -> Target:
    """A counted target of the whole plan unless told otherwise."""
    target = Target(
        text=text,
        comparator=Comparator.AT_LEAST,
        value=30_000.0,
        unit="人次",
        population="培训老年人",
        baseline=None,
        deadline="2025",
        per="",
        measure=None,
        start=0,
        end=1,
    )
    return replace(target, **fields)


def make_import(
    draft: PlanDraft, *, office: Organisation, by: User | None = None, amends: Plan | None = None, **fields
) -> PlanImport:
    """An open import of the draft, as if its document had just been uploaded."""
    return PlanImport.objects.create(
        region=office.region,
        office=office,
        file_name="方案.docx",
        file_digest=sha256(draft.source.encode()).hexdigest(),
        source=draft.source,
        parsed=serialize.dump(draft),
        amends=amends,
        created_by=by,
        created_at=AT,
        changed_at=AT,
        **fields,
    )
