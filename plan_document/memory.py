"""Keep Python's cycle collector from walking a growing draft again and again.

Reading a long document makes millions of small values, none of them in a cycle. The collector does not know that and
looks through all of them each time their number grows; that took a third of the time of a long text.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the cycle collector for the block and leave it as it was found."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
