"""A run on a console: its faults as they begin, its counts, and what the checker says of it all."""

import asyncio
import sys
import time
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.faults.checker import findings_of
from tests.faults.report import complaint, counts
from tests.faults.run import Plan, Scene, run


def refuse_unknown(only: Sequence[str], scene: Scene[Any]) -> None:
    """End with one line where a kind of fault does not exist."""
    if unknown := set(only) - scene.kinds.keys():
        sys.exit(f"there is no fault {unknown.pop()!r}; there are: {', '.join(scene.kinds)}")


def perform(plan: Plan, scene: Scene[Any]) -> None:
    """Run it to its end, which is with status 1 where something was found."""
    console = Console()
    begin = time.monotonic()
    columns = (TextColumn("faults"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("faults", total=plan.faults)

        def watch(line: str) -> None:
            progress.console.print(line, style="dim", highlight=False)
            if line.endswith("begins"):
                progress.advance(bar)

        history = asyncio.run(run(plan, watch, scene=scene))
    findings = findings_of(history)
    table = Table(title=f"seed {plan.seed}, {time.monotonic() - begin:.0f} s", show_header=False)
    for name, value in counts(history):
        table.add_row(name, value)
    console.print(table)
    if findings:
        for line in complaint(history, findings):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)
    console.print("The checker found nothing: every promise was kept.")
