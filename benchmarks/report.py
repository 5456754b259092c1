"""The report: what was measured as a page with a chart a row, `benchmarks/REPORT.md`."""

import json
import os
import platform
import subprocess
from dataclasses import asdict
from datetime import UTC, datetime
from html import escape
from importlib.metadata import version
from pathlib import Path

from benchmarks.measure import Figures, Plan, Row, Spread
from benchmarks.servers import NODE

FOLDER = Path(__file__).parent
_COLOURS = {"ours": "#0a58ca", "peer": "#b0533c", "floor": "#8a94a0"}


def write(rows: list[tuple[Row, list[Figures]]], plan: Plan, postgres: str) -> Path:
    """Write the page, its charts and the raw figures; answers the page's path."""
    (FOLDER / "charts").mkdir(exist_ok=True)
    (FOLDER / "results").mkdir(exist_ok=True)
    sections = []
    for row, figures in rows:
        (FOLDER / "charts" / f"{row.name}.svg").write_text(_chart(row, figures))
        raw = json.dumps([asdict(figure) for figure in figures], indent=2)
        (FOLDER / "results" / f"{row.name}.json").write_text(raw + "\n")
        sections.append(_section(row, figures))
    page = FOLDER / "REPORT.md"
    page.write_text(_HEAD.format(**_circumstances(plan, postgres)) + "\n".join(sections))
    return page


def headings(row: Row, figures: list[Figures]) -> list[str]:
    """Above the cells of a row's table."""
    return [row.unit, "Kanal is times as good", "to reach", *figures[0].columns]


def cells(figure: Figures, columns: list[str]) -> list[str]:
    """One contender's line: medians, with the least and the most in brackets."""
    times, target = "", ""
    if figure.times is not None:
        times = _spread(figure.times)
    if figure.target is not None:
        target = f"{_number(figure.target)}{', short' if figure.falls_short else ''}"
    more = [_number(figure.columns.get(column, 0)) for column in columns]
    return [_spread(figure.value), times, target, *more]


def _section(row: Row, figures: list[Figures]) -> str:
    heads = headings(row, figures)
    lines = [
        f"## {row.title} (`{row.name}`)",
        "",
        row.about,
        "",
        f"| | {' | '.join(heads)} |",
        f"| --- |{' --- |' * len(heads)}",
    ]
    for figure in figures:
        line = " | ".join(cells(figure, list(figures[0].columns)))
        lines.append(f"| {figure.name} ({figure.role}) | {line} |")
    return "\n".join([*lines, "", f"![{row.title}](charts/{row.name}.svg)", ""])


def _spread(spread: Spread) -> str:
    return f"{_number(spread.median)} ({_number(spread.least)} to {_number(spread.most)})"


def _number(value: float) -> str:
    """With the digits that mean something."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _chart(row: Row, figures: list[Figures]) -> str:
    """Bars of the medians, with a line from the least to the most that was seen."""
    longest = max(figure.value.most for figure in figures)
    height = 46 + 40 * len(figures)
    bars = []
    for number, figure in enumerate(figures):
        y = 40 + 40 * number
        width, least, most = (
            round(440 * value / longest)
            for value in (figure.value.median, figure.value.least, figure.value.most)
        )
        bars.append(
            f'<text x="10" y="{y + 17}">{escape(figure.name)}</text>'
            f'<rect x="150" y="{y}" width="{width}" height="24" fill="{_COLOURS[figure.role]}"/>'
            f'<path d="M{150 + least} {y + 12}H{150 + most}" stroke="#1c2530"/>'
            f'<text x="{158 + most}" y="{y + 17}">{_number(figure.value.median)}</text>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="680" height="{height}"'
        ' font-family="system-ui, sans-serif" font-size="14">'
        f'<rect width="680" height="{height}" fill="#fff"/>'
        f'<text x="10" y="24" font-weight="bold">{escape(row.title)}, {escape(row.unit)}</text>'
        f"{''.join(bars)}</svg>\n"
    )


def _circumstances(plan: Plan, postgres: str) -> dict[str, str]:
    packages = ("sanic", "python-socketio", "eventsourcing", "asyncpg", "uvloop")
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "rounds": str(plan.rounds),
        "seconds": f"{plan.seconds:g}",
        "warm_up": f"{plan.warm_up:g}",
        "machine": f"{os.cpu_count()} cores ({_processor()}), {platform.system()}",
        "versions": ", ".join(
            [
                f"Python {platform.python_version()}",
                f"PostgreSQL {postgres}",
                *(f"{package} {version(package)}" for package in packages),
                f"Node {_node_version()}",
                f"socket.io {_socketio_version()}",
            ]
        ),
    }


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

Made by `make bench` on {date}: {machine}; {versions}. The service and the load generator are each
held to a core of their own; Postgres runs on either. Contenders take turns, {rounds} rounds of
{seconds} s, each after {warm_up} s of warming up. Figures are medians with the least and the most
that was seen; a ratio is taken round by round, between neighbours in time. On another machine the
figures will differ; what compares is the ratio.

"""
