"""Where a place lies, and which place a name means."""

from __future__ import annotations

from django.db.models import QuerySet

from kepu.regions.codes import ancestor_codes, code_range, is_code, is_statistical_group, pad
from kepu.regions.models import Level, Region

_OFFICES = ("办事处", "人民政府", "政府")
_TOWN_SUFFIXES = ("街道", "镇", "乡")


def region_with_code(code: str) -> Region | None:
    """The place with a full code or one without its closing zeros ("330604")."""
    return Region.objects.filter(code=pad(code)).first()


def descendants(region: Region) -> QuerySet[Region]:
    """Every place within this one, without itself."""
    return Region.objects.filter(code__range=code_range(region.code)).exclude(code=region.code)


def ancestors(region: Region) -> list[Region]:
    """The places that this one lies in, province first."""
    return list(Region.objects.filter(code__in=ancestor_codes(region.code)).order_by("level"))


def full_name(region: Region) -> str:
    """The name from the province down as an address writes it: 北京市东城区, 浙江省绍兴市上虞区百官街道."""
    places = [*ancestors(region), region]
    return "".join(place.name for place in places if not is_statistical_group(place.code))


def county_of(code: str) -> Region | None:
    """The county that a place is or lies in; the city where there are no counties (东莞). None above the county."""
    if not is_code(pad(code)):
        return None
    region = region_with_code(code[:6])
    if region is None or region.level < Level.CITY or (region.level == Level.CITY and _has_counties(region)):
        return None
    return region


def _has_counties(city: Region) -> bool:
    return city.children.filter(level=Level.COUNTY).exists()


def find_town(name: str, *, within: Region) -> Region | None:
    """The one township that a person means by "百官", "百官镇" or "百官街道办事处". None if none or several fit.

    An exact name goes before a name with the suffix left out, and that before another suffix: 章镇 is short for
    章镇镇, not for a place called 章.
    """
    written = _without_office(name.strip())
    towns = list(descendants(within).filter(level=Level.TOWNSHIP))
    for wanted in (
        {written},
        {written + suffix for suffix in _TOWN_SUFFIXES},
        {_without_suffix(written) + suffix for suffix in _TOWN_SUFFIXES},
    ):
        fitting = [town for town in towns if town.name in wanted]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _without_office(name: str) -> str:
    return _without_ending(name, endings=_OFFICES)


def _without_suffix(name: str) -> str:
    return _without_ending(name, endings=_TOWN_SUFFIXES)


def _without_ending(name: str, *, endings: tuple[str, ...]) -> str:
    for ending in endings:
        if name.endswith(ending) and name != ending:
            return name.removesuffix(ending)
    return name
