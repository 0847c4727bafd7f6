"""The rules whose tallies are kept now."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from kepu.core.composed import composed
from kepu.ledger.models import RuleProgress, RuleState
from kepu.ledger.question import Question, question_from


@dataclass(frozen=True, slots=True)
class RunningRule:
    """A rule in force, or being applied, and up to which month its tallies follow the facts."""

    pk: int
    question: Question
    through: int


def running_rules() -> list[RunningRule]:
    """One read for every fact that is written."""
    return [
        RunningRule(pk, _question(json.dumps(definition)), through) for pk, through, definition in _running()
    ]


@composed
def _running() -> QuerySet[RuleProgress, Any]:
    running = RuleProgress.objects.exclude(state=RuleState.RETIRED).filter(through__gt=0)
    return running.order_by("rule").values_list("rule", "through", "rule__definition")


@lru_cache(maxsize=256)
def _question(definition: str) -> Question:
    """The same words are the same question; reading and checking them is done once."""
    return question_from(json.loads(definition))
