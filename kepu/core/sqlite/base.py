"""Django's SQLite backend with a write gate.

SQLite's own busy handler polls, so under load a few writers wait for seconds while others overtake them.
Here every transaction first takes an exclusive flock on a file beside the database: the kernel wakes the
waiters one after the other. A database in memory (tests) has no file and needs no gate.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._gate: int | None = None

    def _start_transaction_under_autocommit(self) -> None:
        self._enter_gate()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._leave_gate()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._leave_gate()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._leave_gate()

    def _close(self) -> None:
        self._leave_gate()
        super()._close()  # type: ignore[misc]

    def _enter_gate(self) -> None:
        if self.is_in_memory_db() or self._gate is not None:
            return
        path = Path(f"{self.settings_dict['NAME']}.write.lock")
        self._gate = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._gate, fcntl.LOCK_EX)

    def _leave_gate(self) -> None:
        """Closing the descriptor releases the lock; a crash does the same."""
        if self._gate is not None:
            os.close(self._gate)
            self._gate = None
