"""One form for each correction of a draft. A form knows the item it corrects and says its correction as JSON."""

from __future__ import annotations

from typing import Any

from kepu.plans.forms.corrections.actions import (
    ActionTitleForm,
    AddActionForm,
    AddMeasureForm,
    MergeActionsForm,
    RemoveActionForm,
    SplitActionForm,
)
from kepu.plans.forms.corrections.base import CorrectionForm
from kepu.plans.forms.corrections.document import ClaimTextForm, PeriodForm, TitleForm
from kepu.plans.forms.corrections.measures import (
    MeasureTitleForm,
    MergeMeasuresForm,
    MoveMeasureForm,
    OwnersForm,
    RemoveMeasureForm,
    SplitMeasureForm,
)
from kepu.plans.forms.corrections.targets import (
    AddTargetForm,
    EditTargetForm,
    NumberKindForm,
    RemoveTargetForm,
)
from kepu.plans.forms.items import Item

FORMS_OF: dict[str, tuple[type[CorrectionForm], ...]] = {
    "document": (TitleForm, PeriodForm, AddActionForm, AddTargetForm),
    "action": (
        ActionTitleForm,
        OwnersForm,
        AddMeasureForm,
        SplitActionForm,
        MergeActionsForm,
        AddActionForm,
        RemoveActionForm,
    ),
    "measure": (
        MeasureTitleForm,
        OwnersForm,
        SplitMeasureForm,
        MergeMeasuresForm,
        MoveMeasureForm,
        AddTargetForm,
        RemoveMeasureForm,
    ),
    "target": (EditTargetForm, NumberKindForm, RemoveTargetForm),
    "text": (ClaimTextForm,),
}


def correction_forms(item: Item, *, data: Any = None) -> list[CorrectionForm]:
    """The forms that an item offers; the one that was sent is filled with what was typed."""
    sent = data.get("op") if data is not None else None
    return [
        form(data if form.op == sent else None, item=item) for form in FORMS_OF[item.kind] if form.fits(item)
    ]
