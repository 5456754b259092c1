"""The progress of long subcommands, on standard error: a bar on a terminal, elsewhere a line every
two seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

LINE_INTERVAL = 2.0
"""Seconds between two lines where standard error is no terminal."""


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show the progress of `what`; to be called with the number of events done, and of all.

    What is printed meanwhile appears above the bar.
    """
    is_terminal = sys.stderr.isatty()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("events"),
        _RateColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=not is_terminal,
        redirect_stdout=sys.stdout.isatty(),  # else it would go to the terminal of the bar
    )
    last_line = time.monotonic()

    def update(done: int, total: int) -> None:
        nonlocal last_line
        bar.update(task, completed=done, total=total)
        if not is_terminal and time.monotonic() - last_line >= LINE_INTERVAL:
            last_line = time.monotonic()
            print(_line(bar.tasks[0]), file=sys.stderr, flush=True)

    with bar:
        task = bar.add_task(what, total=None)
        yield update


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(_rate(task))


def _rate(task: Task) -> str:
    return f"{task.finished_speed or task.speed or 0:,.0f}/s"


def _line(task: Task) -> str:
    remaining = task.time_remaining
    return (
        f"{task.description}: {task.completed:,} of {task.total or 0:,} events, {_rate(task)}"
        + (f", {remaining:,.0f} s left" if remaining is not None else "")
    )


def taken(events: int, began: float) -> str:
    """`1,000 events in 0.5 s (2,000 a second)`, since the time `began` of the monotonic clock."""
    seconds = time.monotonic() - began
    rate = events / seconds if seconds else 0
    return f"{events:,} events in {seconds:.1f} s ({rate:,.0f} a second)"
