"""`make bench`: measures every row, or those that are named, and writes them into the report."""

import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks import (
    append,
    connect,
    connect_by_default,
    console,
    create_http,
    fan_out,
    fan_out_workspaces,
    feed,
    feed_beside,
    following,
    growth,
    latency,
    lost,
    memory,
    moves,
    nodes,
    noisy_neighbour,
    passing_over,
    rebuild,
    relay,
    report,
    resume,
    resume_storm,
    size,
    slow_readers,
    streams,
    tracing,
    transfer,
    workers,
)
from benchmarks.builds import Build, commit_of, other_builds, version_of
from benchmarks.measure import QUICK, Measured, Plan, Row, measure
from persistence.database.embedded import EmbeddedPostgres
from tests.support.nats_server import programs

ROWS = {
    row.name: row
    for row in (
        create_http.ROW,
        append.ROW,
        *latency.ROWS,
        *fan_out.ROWS,
        fan_out_workspaces.ROW,
        connect.ROW,
        connect_by_default.ROW,
        memory.ROW,
        lost.ROW,
        rebuild.ROW,
        transfer.ROW,
        size.ROW,
        growth.ROW,
        resume.ROW,
        resume_storm.ROW,
        slow_readers.ROW,
        noisy_neighbour.ROW,
        *workers.ROWS,
        passing_over.ROW,
        nodes.ROW,
        moves.ROW,
        tracing.ROW,
        console.ROW,
        feed.ROW,
        feed_beside.ROW,
        streams.ROW,
        *([relay.ROW, following.ROW] if programs() else []),  # where there is a nats-server
    )
}


def main(
    names: Annotated[
        list[str] | None, typer.Argument(help=f"Some of: {', '.join(ROWS)}; all without any.")
    ] = None,
    quick: Annotated[bool, typer.Option(help="Only see that it works; writes no report.")] = False,
    write: Annotated[
        bool, typer.Option(help="Write the named rows into the report; all are in any case.")
    ] = False,
    before: Annotated[
        Path | None,
        typer.Option(help="Measure the Kanal of this checkout too, such as a worktree of git."),
    ] = None,
    python: Annotated[
        Path | None,
        typer.Option(help="Measure this Kanal on another Python too, for which it is installed."),
    ] = None,
) -> None:
    """Measure Kanal beside its peers and floors, in one run on this machine."""
    for name in names or []:
        if name not in ROWS:
            sys.exit(f"there is no row {name!r}; there are: {', '.join(ROWS)}")
    plan = QUICK if quick else Plan()
    builds = [
        *([Build(f"Kanal of {commit_of(before)}", checkout=before)] if before else []),
        *([Build(f"Kanal on {version_of(python)}", python=python)] if python else []),
    ]
    console = Console()
    rows = []
    with tempfile.TemporaryDirectory() as folder, EmbeddedPostgres(Path(folder)) as url:
        for chosen in map(ROWS.__getitem__, names or ROWS):
            # What a row has left to be written is: the next one waits for the disk.
            uvloop.run(_ask(url, "CHECKPOINT"))
            others = other_builds(chosen, url, plan, builds)
            measured = measure(chosen, url, plan, partial(console.print, style="dim"), others)
            console.print(_table(chosen, measured))
            rows.append((chosen, measured))
        postgres = str(uvloop.run(_ask(url, "SHOW server_version")))
    if (write or not names) and not quick:
        console.print(f"written: {report.write(rows, plan, postgres, list(ROWS))}")


async def _ask(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def _table(row: Row, measured: Measured) -> Table:
    table = Table(title=row.title)
    figures = measured.figures
    for heading in ("", *report.headings(row, figures)):
        table.add_column(heading, justify="right" if heading else "left")
    for figure in figures:
        table.add_row(figure.name, *report.cells(figure, list(figures[0].columns)))
    table.caption = "\n".join(map(report.absence, measured.absent))
    return table


if __name__ == "__main__":
    typer.run(main)
