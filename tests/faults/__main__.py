"""`make faults`: seeded faults against the real service, and what the checker says of it all."""

import asyncio
import sys
import time
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tests.faults.breaking import KINDS
from tests.faults.checker import findings_of
from tests.faults.planted import PLANTED
from tests.faults.report import complaint, counts
from tests.faults.run import Plan, run

app = typer.Typer(pretty_exceptions_enable=False)


@app.command()
def main(
    seed: Annotated[int, typer.Option(help="The same seed gives the same faults.")] = 1,
    faults: Annotated[int, typer.Option(min=0, help="How many.")] = 35,
    writers: Annotated[int, typer.Option(min=1)] = 4,
    subscribers: Annotated[int, typer.Option(min=1)] = 6,
    only: Annotated[
        list[str] | None, typer.Option(help=f"A kind of fault; any of: {', '.join(KINDS)}.")
    ] = None,
    plant: Annotated[
        str | None,
        typer.Option(help=f"A fault of the service itself, to be found: {', '.join(PLANTED)}."),
    ] = None,
) -> None:
    """Break things for a while and check every promise from what writers and subscribers saw.

    Example: `python -m tests.faults --seed 7 --faults 200`
    """
    if unknown := set(only or ()) - KINDS.keys():
        sys.exit(f"there is no fault {unknown.pop()!r}; there are: {', '.join(KINDS)}")
    if plant is not None and plant not in PLANTED:
        sys.exit(f"nothing to plant is called {plant!r}; there are: {', '.join(PLANTED)}")
    plan = Plan(seed, faults, writers, subscribers, tuple(only or KINDS), plant)
    console = Console()
    begin = time.monotonic()
    columns = (TextColumn("faults"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        bar = progress.add_task("faults", total=faults)

        def watch(line: str) -> None:
            progress.console.print(line, style="dim", highlight=False)
            if line.endswith("begins"):
                progress.advance(bar)

        history = asyncio.run(run(plan, watch))
    findings = findings_of(history)
    table = Table(title=f"seed {seed}, {time.monotonic() - begin:.0f} s", show_header=False)
    for name, value in counts(history):
        table.add_row(name, value)
    console.print(table)
    if findings:
        for line in complaint(history, findings):
            console.print(line, highlight=False, markup=False, soft_wrap=True)
        sys.exit(1)
    console.print("The checker found nothing: every promise was kept.")


if __name__ == "__main__":
    app()
