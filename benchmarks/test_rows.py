"""The benchmarks still run: every row, for a moment, and each contender does something in it."""

from pathlib import Path

import pytest

from benchmarks.__main__ import ROWS
from benchmarks.measure import QUICK, measure
from benchmarks.report import cells, write


@pytest.mark.parametrize("name", ROWS)
def test_a_row_measures_ours_beside_others(name: str, postgres_url: str) -> None:
    figures = measure(ROWS[name], postgres_url, QUICK)
    assert [figure.role for figure in figures].count("ours") == 1
    assert len(figures) > 1
    assert all(figure.value.median > 0 for figure in figures)


def test_the_report_shows_every_figure_and_a_chart(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.report.FOLDER", tmp_path)
    row = ROWS["append"]
    figures = measure(row, postgres_url, QUICK)
    page = write([(row, figures)], QUICK, "18").read_text()
    for figure in figures:
        assert figure.name in page
        assert " | ".join(cells(figure, [])) in page
    chart = (tmp_path / "charts" / "append.svg").read_text()
    assert all(figure.name in chart for figure in figures)
