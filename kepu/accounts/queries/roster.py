"""Recognise a unit by any of the names that papers give it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from kepu.accounts.models import Organisation
from kepu.accounts.rules import governed_area
from kepu.regions.codes import is_statistical_group
from kepu.regions.models import Region

_BRACKETED = re.compile(r"[(（〔\[【].*?[)）〕\]】]")
_NOISE = re.compile(r"[\s\"'“”‘’「」《》·、,，。.:：;；-]+")
_OFFICE_ENDINGS = ("人民政府", "办事处", "街道办", "镇政府", "乡政府")
_LIKELY = 0.45


@dataclass(frozen=True)
class Candidate:
    """A unit that an unknown name might mean, with how alike the two are (0 to 1)."""

    organisation: Organisation
    likeness: float


class Roster:
    """The units of one district, read once, to recognise the many ways in which papers write their names."""

    def __init__(self, organisations: Iterable[Organisation], *, region: Region) -> None:
        self._places = _place_names(region)
        self._by_spelling: dict[str, set[int]] = {}
        self._organisations = {organisation.pk: organisation for organisation in organisations}
        for organisation in self._organisations.values():
            for spelling in self._spellings_of(organisation):
                self._by_spelling.setdefault(spelling, set()).add(organisation.pk)

    def find(self, written_name: str) -> Organisation | None:
        """The one unit that the name can mean; None when there is none or more than one."""
        for spelling in _spellings(written_name, places=self._places):
            meant = self._by_spelling.get(spelling, set())
            if len(meant) == 1:
                return self._organisations[next(iter(meant))]
        return None

    def suggest(self, written_name: str, *, limit: int = 5) -> list[Candidate]:
        """The units that an unknown name most likely means, best first."""
        wanted = list(_spellings(written_name, places=self._places))
        likeness: dict[int, float] = {}
        for spelling, keys in self._by_spelling.items():
            best = max((_likeness(one, spelling) for one in wanted), default=0.0)
            for key in keys:
                likeness[key] = max(best, likeness.get(key, 0.0))
        ranked = sorted(likeness.items(), key=lambda pair: (-pair[1], pair[0]))
        return [
            Candidate(organisation=self._organisations[key], likeness=round(score, 3))
            for key, score in ranked[:limit]
            if score >= _LIKELY
        ]

    def _spellings_of(self, organisation: Organisation) -> Iterator[str]:
        for name in [organisation.name, organisation.short_name, *organisation.aliases]:
            yield from _spellings(name, places=self._places)


def roster(region: Region) -> Roster:
    """The units in use in a region and its towns, in one query (and the region's ancestors)."""
    units = Organisation.objects.filter(region__code__startswith=governed_area(region.pk), is_active=True)
    return Roster(units, region=region)


def find_organisation(written_name: str, *, region: Region) -> Organisation | None:
    """The unit that a paper of this region means; for many names make one `roster(region)` and ask it."""
    return roster(region).find(written_name)


def suggest_organisations(written_name: str, *, region: Region, limit: int = 5) -> list[Candidate]:
    """Ranked candidates for a name that `find_organisation` does not know."""
    return roster(region).suggest(written_name, limit=limit)


def search_organisations(
    organisations: Iterable[Organisation], *, text: str = "", kind: str = ""
) -> list[Organisation]:
    """The units whose name, short name or an alias contains the text, in the order of the tree.

    Done here and not in the database: aliases lie in JSON, whose text form differs between engines.
    """
    wanted = normalised(text) if text.strip() else ""
    found = [
        organisation
        for organisation in organisations
        if kind in ("", organisation.kind) and _is_named(organisation, wanted)
    ]
    return sorted(found, key=lambda organisation: organisation.path)


def normalised(name: str) -> str:
    """One spelling for full and half width, quotes, spaces and remarks in brackets."""
    text = unicodedata.normalize("NFKC", name)
    without_remarks = _BRACKETED.sub("", text) or text
    return _NOISE.sub("", without_remarks).lower()


def _is_named(organisation: Organisation, wanted: str) -> bool:
    names = [organisation.name, organisation.short_name, organisation.name_en, *organisation.aliases]
    return not wanted or any(wanted in normalised(name) for name in names)


def _place_names(region: Region) -> list[str]:
    """How papers name the district and what lies above it, longest first: 绍兴市上虞区, 上虞区, 上虞, 区."""
    chain = [region]
    while (above := chain[-1].parent) is not None:
        chain.append(above)
    names = [place.name for place in reversed(chain) if not is_statistical_group(place.pk)]
    joined = {"".join(names[start:]) for start in range(len(names))}
    short = {region.name[:-1]} if len(region.name) > 2 else set()
    return [*sorted(joined | short, key=len, reverse=True), region.name[-1:]]


def _spellings(name: str, *, places: list[str]) -> Iterator[str]:
    """The name from as written to most reduced. 市 is not taken off in a 区: 市科协 is the city's."""
    plain = normalised(name)
    reduced = _without_place(plain, places=places)
    yield from dict.fromkeys([plain, reduced, _without_ending(plain), _without_ending(reduced)])


def _without_place(name: str, *, places: list[str]) -> str:
    for place in places:
        if name.startswith(place) and len(name) > len(place) + 1:
            return name.removeprefix(place)
    return name


def _without_ending(name: str) -> str:
    for ending in _OFFICE_ENDINGS:
        if name.endswith(ending):
            kept = ending[0] if ending[0] in "镇乡" else ("街道" if ending == "街道办" else "")
            return name.removesuffix(ending) + kept
    return name


def _likeness(one: str, other: str) -> float:
    """How alike two names are; a short form whose characters appear in order in the long one counts as near."""
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    short, long = sorted((one, other), key=len)
    rest = iter(long)
    in_order = len(short) >= 2 and all(character in rest for character in short)
    return max(ratio, 0.8 * ratio + 0.2 if in_order else 0.0)
