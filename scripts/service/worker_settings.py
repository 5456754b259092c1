"""The type of the setting that says how many processes serve the port."""

import os
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator

MAX_WORKERS = 256


def parse_workers(text: str) -> int:
    """A number from 1 to MAX_WORKERS, or `auto`: one for each core that this process may use.
    Raises ValueError."""
    if text.strip().lower() == "auto":
        return min(_cores(), MAX_WORKERS)
    if not text.strip().isascii() or not text.strip().isdigit():
        raise ValueError(f"must be auto or a number from 1 to {MAX_WORKERS}")
    count = int(text)
    if not 1 <= count <= MAX_WORKERS:
        raise ValueError(f"must be auto or a number from 1 to {MAX_WORKERS}")
    return count


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _workers(value: Any) -> Any:
    return parse_workers(value) if isinstance(value, str) else value


WorkersSetting: TypeAlias = Annotated[int, BeforeValidator(_workers)]
"""`2`, or `auto`."""
