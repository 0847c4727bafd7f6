"""Who came: every way to enter an attendance, and the one way to take it back. Every write is here.

scan, scan_all           a code or a tapped name; a refusal is an answer and is kept
check_in                 somebody found by name
check_in_myself          with the rotating code in the room
check_in_walk_in         who had not signed up
enter_sheet              paper, typed or from a spreadsheet
count_heads              a number, where nobody kept a list
admit_late, admit_unregistered   past the rule, with a permission and a reason
reverse_attendance       takes one back, with its fact
"""

from kepu.activities.services.check_in.admitting import admit_late, admit_unregistered
from kepu.activities.services.check_in.attending import CheckedIn, check_in
from kepu.activities.services.check_in.heads import WrongNumber, count_heads
from kepu.activities.services.check_in.photos import PhotoRefused
from kepu.activities.services.check_in.refusals import (
    AlreadyIn,
    AlreadyReversed,
    GuardianMissing,
    HeadsCounted,
    KeyReused,
    NothingToOverride,
    PeopleListed,
    ReasonMissing,
    SheetRefused,
    TurnedAway,
    WrongKey,
)
from kepu.activities.services.check_in.reversing import reverse_attendance
from kepu.activities.services.check_in.rows import BadRow, GoodRow, Rows, spreadsheet_rows, typed_rows
from kepu.activities.services.check_in.scanning import (
    MOST_SCANS,
    Receipt,
    Scan,
    TooManyScans,
    scan,
    scan_all,
    scan_at,
)
from kepu.activities.services.check_in.self_check_in import Myself, NotFoundOnList, check_in_myself
from kepu.activities.services.check_in.sheets import SheetOutcome, enter_sheet
from kepu.activities.services.check_in.walk_ins import check_in_walk_in

__all__ = [
    "MOST_SCANS",
    "AlreadyIn",
    "AlreadyReversed",
    "BadRow",
    "CheckedIn",
    "GoodRow",
    "GuardianMissing",
    "HeadsCounted",
    "KeyReused",
    "Myself",
    "NotFoundOnList",
    "NothingToOverride",
    "PeopleListed",
    "PhotoRefused",
    "ReasonMissing",
    "Receipt",
    "Rows",
    "Scan",
    "SheetOutcome",
    "SheetRefused",
    "TooManyScans",
    "TurnedAway",
    "WrongKey",
    "WrongNumber",
    "admit_late",
    "admit_unregistered",
    "check_in",
    "check_in_myself",
    "check_in_walk_in",
    "count_heads",
    "enter_sheet",
    "reverse_attendance",
    "scan",
    "scan_all",
    "scan_at",
    "spreadsheet_rows",
    "typed_rows",
]
