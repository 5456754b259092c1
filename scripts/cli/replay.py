"""`kanal replay`: rebuilds, verifies and lists read models, and prints the progress and the
result."""

import json
import sys
import time
from contextlib import aclosing

from rich.console import Console
from rich.table import Table

from projections.checking.model_status import ModelStatus, model_statuses
from projections.checking.verification import Comparison, Verification
from projections.running.rebuild import rebuild
from projections.running.removal import remove_model
from scripts.cli.open_log import open_log
from scripts.cli.progress import progress, taken


class ModelsDiffer(Exception):
    """A verification found differences, and has printed them."""


async def replay_projection(database_url: str, name: str, *, in_place: bool) -> None:
    """Rebuild a model; with `in_place` remove the live one first.

    Raises Invalid, Conflict, Unavailable.
    """
    async with open_log(database_url) as opened:
        projection = opened.projection(name)
        if in_place:
            await remove_model(opened.database, projection.model)
        began, head = time.monotonic(), 0
        steps = rebuild(opened.database, opened.log, projection)
        with progress(f"replay {name}") as tell:
            async with aclosing(steps):
                async for step in steps:
                    head = step.head
                    tell(step.position, step.head)
        print(f"replayed {name}: {taken(head, began)}")


async def verify_projection(database_url: str, name: str) -> None:
    """Compare a model with the log, and print the rows that differ.

    Raises ModelsDiffer, Invalid, Conflict, Unavailable.
    """
    async with open_log(database_url) as opened:
        projection = opened.projection(name)
        beginning = Verification.begin(opened.database, opened.log, projection)
        async with beginning as verification:
            with progress(f"verify {name}") as tell:
                async for step in verification.rebuild():
                    tell(step.position, step.head)
            comparison = await verification.compare()
        _print_comparison(name, comparison)


async def list_projections(database_url: str) -> None:
    """Print the status of all models. Raises Unavailable."""
    async with open_log(database_url) as opened:
        statuses = await model_statuses(opened.database, opened.log, opened.projections)
    table = Table(box=None, pad_edge=False)
    for heading in ("projection", "version", "position", "head", "lag", "state"):
        right = heading in ("version", "position", "head")
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for status in statuses:
        table.add_row(
            status.model.name,
            str(status.model.version),
            "-" if status.position is None else str(status.position),
            str(status.head),
            _lag(status),
            status.state,
        )
    # Outside a terminal lines are not wrapped.
    Console(width=None if sys.stdout.isatty() else 200).print(table)


def _lag(status: ModelStatus) -> str:
    if status.position is None:
        return "-"
    return f"{status.head - status.position} events, {status.lag:.1f} s"


def _print_comparison(name: str, comparison: Comparison) -> None:
    if not comparison.differing:
        print(f"{name}: {comparison.rows} rows, equal to the log at position {comparison.position}")
        return
    for difference in comparison.differences:
        sign = "- live   " if difference.is_live else "+ rebuilt"
        print(f"{sign} {difference.table} {json.dumps(difference.row, ensure_ascii=False)}")
    if (more := comparison.differing - len(comparison.differences)) > 0:
        print(f"… and {more} more rows")
    raise ModelsDiffer(
        f"{name} differs from the log at position {comparison.position} in"
        f" {comparison.differing} rows; `kanal replay {name}` rebuilds it"
    )
