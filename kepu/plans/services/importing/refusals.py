"""What the plan import refuses, by name. Messages of the engine come through with its stable code in front."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kepu.core.errors import BadInput, WrongState
from kepu.plans.queries.readiness import Blocker
from plan_document.editing import EditRefused
from plan_document.readers import UnreadableDocument


class DocumentUnreadable(BadInput):
    """`code` is that of the reader: encrypted, damaged, picture, old_office, too_large, empty."""

    def __init__(self, unreadable: UnreadableDocument) -> None:
        super().__init__(unreadable.message, field="file")
        self.code = f"document_{unreadable.code}"


class CorrectionRefused(BadInput):
    """`code` is that of the engine's edit."""

    def __init__(self, refused: EditRefused) -> None:
        super().__init__(refused.message)
        self.code = f"edit_{refused.code}"


class ImportIsClosed(WrongState):
    code = "import_closed"
    message = _("这次导入已经确认或放弃，不能再改。需要修改方案时，请重新上传新的文本。")


class DraftHasMoved(WrongState):
    code = "draft_moved"
    message = _("这份草稿刚在别的窗口改过，页面已刷新，请核对后再改一次。")


class NothingToUndo(WrongState):
    code = "nothing_to_undo"
    message = _("没有可以撤销或恢复的更正了。")


class OtherOffice(BadInput):
    code = "other_office"
    message = _("只能修订本办公室主管的方案，请重新选择。")


class NotReady(WrongState):
    """Lists everything that has to be settled first."""

    code = "import_not_ready"

    def __init__(self, blockers: list[Blocker]) -> None:
        super().__init__(" ".join(blocker.message for blocker in blockers))
        self.blockers = blockers
