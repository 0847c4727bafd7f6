"""The way from a document to a living plan: read it, correct it, find its units, confirm it."""

from kepu.plans.services.importing.confirming import confirm_import
from kepu.plans.services.importing.correcting import (
    apply_edit,
    choose_amended_plan,
    dismiss_warning,
    redo_edit,
    restore_warning,
    undo_edit,
)
from kepu.plans.services.importing.mapping import (
    NotOfThisRegion,
    NoTownships,
    create_unit_and_map,
    forget_mapping,
    leave_unit_out,
    map_unit,
    map_unit_to_townships,
)
from kepu.plans.services.importing.refusals import (
    CorrectionRefused,
    DocumentUnreadable,
    DraftHasMoved,
    ImportIsClosed,
    NothingToUndo,
    NotReady,
    OtherOffice,
)
from kepu.plans.services.importing.starting import discard_import, start_import

__all__ = [
    "CorrectionRefused",
    "DocumentUnreadable",
    "DraftHasMoved",
    "ImportIsClosed",
    "NoTownships",
    "NotOfThisRegion",
    "NotReady",
    "NothingToUndo",
    "OtherOffice",
    "apply_edit",
    "choose_amended_plan",
    "confirm_import",
    "create_unit_and_map",
    "discard_import",
    "dismiss_warning",
    "forget_mapping",
    "leave_unit_out",
    "map_unit",
    "map_unit_to_townships",
    "redo_edit",
    "restore_warning",
    "start_import",
    "undo_edit",
]
