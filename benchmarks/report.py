"""The report: what was measured as a page with a chart a row, `benchmarks/REPORT.md`. A run of some
rows leaves the other sections of the page as they are, each with its own day and machine."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Absent, Figures, Measured, Plan, Row, Spread
from benchmarks.numbers import written
from benchmarks.servers import NODE

FOLDER = Path(__file__).parent


def write(
    rows: list[tuple[Row, Measured]], plan: Plan, postgres: str, order: Sequence[str]
) -> Path:
    """Write the page, charts and raw figures of some rows; answers the page's path. `order` names
    all rows: a section of any other goes."""
    # Only now: matplotlib would take memory, and time of the collector, from what is measured here.
    from benchmarks.charts import draw  # noqa: PLC0415

    (FOLDER / "charts").mkdir(exist_ok=True)
    (FOLDER / "results").mkdir(exist_ok=True)
    page = FOLDER / "REPORT.md"
    sections = _sections(page.read_text()) if page.exists() else {}
    circumstances = _circumstances(plan, postgres)
    for row, measured in rows:
        draw(row, measured.figures, FOLDER / "charts" / f"{row.name}.svg")
        raw = json.dumps([asdict(figure) for figure in measured.figures], indent=2)
        (FOLDER / "results" / f"{row.name}.json").write_text(raw + "\n")
        sections[row.name] = _section(row, measured, circumstances)
    page.write_text(_HEAD + "\n".join(sections[name] for name in order if name in sections))
    return page


def _sections(page: str) -> dict[str, str]:
    """The sections of a page by the rows that they are of."""
    found = re.split(r"^(?=## .*\(`(.*)`\)$)", page, flags=re.MULTILINE)[1:]
    return {
        name: text.rstrip("\n") + "\n" for name, text in zip(found[::2], found[1::2], strict=True)
    }


def headings(row: Row, figures: list[Figures]) -> list[str]:
    """Above the cells of a row's table."""
    return [row.unit, "Kanal is times as good", "to reach", *figures[0].columns]


def cells(figure: Figures, columns: list[str]) -> list[str]:
    """One contender's line: medians, with the least and the most in brackets."""
    times, target = "", ""
    if figure.times is not None:
        times = _spread(figure.times)
    if figure.target is not None:
        target = f"{written(figure.target)}{', short' if figure.falls_short else ''}"
    more = [written(figure.columns.get(column, 0)) for column in columns]
    return [_spread(figure.value), times, target, *more]


def absence(absent: Absent) -> str:
    """What there is to say of who was not there."""
    return f"{absent.name} was not there: {absent.why}"


def _section(row: Row, measured: Measured, circumstances: str) -> str:
    figures = measured.figures
    heads = headings(row, figures)
    lines = [
        f"## {row.title} (`{row.name}`)",
        "",
        row.about,
        "",
        circumstances,
        "",
        f"| | {' | '.join(heads)} |",
        f"| --- |{' --- |' * len(heads)}",
    ]
    for figure in figures:
        line = " | ".join(cells(figure, list(figures[0].columns)))
        lines.append(f"| {figure.name} ({figure.role}) | {line} |")
    lines += ["", *(f"{absence(each)}.\n" for each in measured.absent)]
    lines += [f"![{row.title}](charts/{row.name}.svg)", ""]
    if short := [_shortfall(figure) for figure in figures if figure.falls_short]:
        lines += [f"**Short** of what it is to reach: {'; '.join(short)}. {row.findings}", ""]
    return "\n".join(lines)


def _shortfall(figure: Figures) -> str:
    assert figure.times is not None and figure.target is not None
    part = figure.times.median / figure.target
    return (
        f"{written(figure.times.median)} of {written(figure.target)} times {figure.name}"
        f" ({part:.0%} of the way)"
    )


def _spread(spread: Spread) -> str:
    return f"{written(spread.median)} ({written(spread.least)} to {written(spread.most)})"


def _circumstances(plan: Plan, postgres: str) -> str:
    packages = ("sanic", "python-socketio", "eventsourcing", "asyncpg", "uvloop")
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    versions = ", ".join(
        [
            f"Python {platform.python_version()}",
            f"PostgreSQL {postgres}",
            *(f"{package} {version(package)}" for package in packages),
            f"Node {_node_version()}",
            f"socket.io {_socketio_version()}",
        ]
    )
    return (
        f"Measured on {day}: {os.cpu_count()} cores ({_processor()}), {platform.system()};"
        f" {versions}; trials of {plan.seconds:g} s after {plan.warm_up:g} s of warming up."
    )


def _node_version() -> str:
    found = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True)
    return found.stdout.strip().removeprefix("v")


def _socketio_version() -> str:
    package = NODE.parent / "node_modules" / "socket.io" / "package.json"
    return str(json.loads(package.read_text())["version"])


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


_HEAD = """# Benchmarks

Made by `make bench`; each row says when and where. The service and the load generator are each held
to a core of their own; Postgres runs on either, unless a row says otherwise. Contenders take turns,
in five rounds, or fewer where one takes long. Figures are medians with the least and the most that
was seen; a ratio is taken round by round, between neighbours in time. On another machine the
figures will differ; what compares is the ratio.

"""
