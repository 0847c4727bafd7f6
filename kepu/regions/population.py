"""The categories of each population margin, in the one order in which they are listed everywhere.

Ages 18 to 69 are cut as the national survey of scientific literacy weights them; below and above stand for the rest,
so that the bands add up to the whole population.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from kepu.regions.models import Margin

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CATEGORIES: dict[Margin, dict[str, _StrPromise]] = {
    Margin.TOTAL: {"all": _("全部")},
    Margin.SEX: {"1": _("男"), "2": _("女")},  # GB/T 2261.1
    Margin.AGE: {
        "0-17": _("0–17岁"),
        "18-29": _("18–29岁"),
        "30-39": _("30–39岁"),
        "40-49": _("40–49岁"),
        "50-59": _("50–59岁"),
        "60-69": _("60–69岁"),
        "70+": _("70岁及以上"),
    },
    Margin.EDUCATION: {
        "primary": _("小学及以下"),
        "junior": _("初中"),
        "senior": _("高中、中专和技校"),
        "college": _("大学专科"),
        "bachelor": _("大学本科及以上"),
    },
    Margin.RESIDENCE: {"urban": _("城镇"), "rural": _("乡村")},
}


def category_name(margin: str, category: str) -> str:
    """The name that a page shows."""
    return str(CATEGORIES[Margin(margin)][category])
