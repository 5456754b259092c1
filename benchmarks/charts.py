"""The charts of the report: for each row its contenders' medians, with the least and the most."""

from pathlib import Path

import matplotlib
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from benchmarks.measure import Figures, Row
from benchmarks.numbers import written

_COLOURS = {"ours": "#0a58ca", "peer": "#b0533c", "floor": "#8a94a0"}

# Text stays text, and the same figures make the same file.
matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "kanal"})


def draw(row: Row, figures: list[Figures], path: Path) -> None:
    """Write a row's chart as SVG."""
    drawing = Figure(figsize=(7.5, 0.9 + 0.45 * len(figures)), layout="constrained")
    FigureCanvasSVG(drawing)
    axes = drawing.subplots()
    upwards = figures[::-1]
    medians = [figure.value.median for figure in upwards]
    bars = axes.barh(
        [figure.name for figure in upwards],
        medians,
        xerr=[
            [figure.value.median - figure.value.least for figure in upwards],
            [figure.value.most - figure.value.median for figure in upwards],
        ],
        color=[_COLOURS[figure.role] for figure in upwards],
        capsize=3,
    )
    axes.bar_label(bars, labels=[written(median) for median in medians], padding=4)
    axes.xaxis.set_major_formatter("{x:,g}")
    axes.set_title(f"{row.title}, {row.unit}", loc="left", fontsize="medium")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.12)
    drawing.savefig(path, format="svg", metadata={"Date": None})
