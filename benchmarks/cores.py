"""The cores: who is measured has one of its own, and who makes the load has another."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform == "linux":
    _AVAILABLE = sorted(os.sched_getaffinity(0))
else:  # no way to choose
    _AVAILABLE = []

IS_PINNED = len(_AVAILABLE) > 1

ALL = _AVAILABLE
SERVER = _AVAILABLE[:1]
LOAD = _AVAILABLE[-1:]


@contextmanager
def pinned(cores: list[int]) -> Iterator[None]:
    """Run, and start processes, on these cores alone; anywhere where the system cannot do that."""
    if not IS_PINNED:
        yield
        return
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, _AVAILABLE)
