"""A counting rule in words, for whoever wants to know what a figure counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from kepu.accounts.models import Organisation
from kepu.core.templatetags.kepu_format import day
from kepu.core.vocabulary import labels
from kepu.ledger.happenings import EvidenceClass
from kepu.ledger.names import activity_kind_names, fact_kind_name
from kepu.ledger.question import Question
from kepu.regions.models import Region

Line = tuple[str, str]


def in_words(question: Question) -> list[Line]:
    """What is asked for, line by line; what is left open is left out."""
    lines = [
        (_("事实"), _listed(map(fact_kind_name, question.kinds))),
        (_("活动类型"), _named(question.activity_kinds, names=activity_kind_names)),
        (_("对象"), _named(question.audiences, names=lambda: labels("audiences"))),
        (_("主题"), _listed(_themes(question))),
        (_("地区"), _listed(_regions(question))),
        (_("单位"), _listed(_units(question))),
        (_("举措"), _listed(question.measures)),
        (_("当日年龄"), _ages(question)),
        (_("证据"), _listed(str(EvidenceClass(one).label) for one in question.evidence)),
        (_("时间"), _period(question)),
        (_("同一人同一场"), _("只计一次") if question.once_per_session else ""),
    ]
    return [(label, text) for label, text in lines if text]


def _named(codes: Sequence[str], *, names: Callable[[], Mapping[str, str]]) -> str:
    """Names are looked up only where there is something to name."""
    found = names() if codes else {}
    return _listed(found.get(code, code) for code in codes)


def _themes(question: Question) -> list[str]:
    pairs = [theme.split(":", 1) for theme in question.themes]
    known = {vocabulary: labels(vocabulary) for vocabulary, _code in pairs}
    return [known[vocabulary].get(code, code) for vocabulary, code in pairs]


def _regions(question: Question) -> list[str]:
    if not question.regions:
        return []
    names = dict(Region.objects.filter(code__in=question.regions).values_list("code", "name"))
    return [names.get(code, code) for code in question.regions]


def _units(question: Question) -> list[str]:
    if not question.organisations:
        return []
    units = Organisation.objects.filter(pk__in=question.organisations).order_by("path")
    return [unit.short_name for unit in units]


def _ages(question: Question) -> str:
    if question.min_age is not None and question.max_age is not None:
        return _("%(min)d 至 %(max)d 岁") % {"min": question.min_age, "max": question.max_age}
    if question.min_age is not None:
        return _("满 %(age)d 岁") % {"age": question.min_age}
    return "" if question.max_age is None else _("不超过 %(age)d 岁") % {"age": question.max_age}


def _period(question: Question) -> str:
    if question.since and question.until:
        return _("%(since)s 至 %(until)s") % {"since": day(question.since), "until": day(question.until)}
    if question.since:
        return _("%(since)s 起") % {"since": day(question.since)}
    return "" if question.until is None else _("到 %(until)s 止") % {"until": day(question.until)}


def _listed(words: Iterable[object]) -> str:
    return _("、").join(map(str, words))
