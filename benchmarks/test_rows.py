"""The benchmarks still run: every row, for a moment, and each contender does something in it."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.__main__ import ROWS
from benchmarks.builds import Build, other_builds
from benchmarks.centrifugo.program import NAME
from benchmarks.measure import QUICK, Absent, measure
from benchmarks.report import cells, write


@pytest.mark.parametrize("name", ROWS)
def test_a_row_measures_ours_beside_others(name: str, postgres_url: str) -> None:
    figures = measure(ROWS[name], postgres_url, QUICK).figures
    assert [figure.role for figure in figures].count("ours") == 1
    assert len(figures) > 1
    assert all(figure.value.median > 0 for figure in figures)


def test_the_product_of_another_checkout_is_measured_beside(
    postgres_url: str, tmp_path: Path
) -> None:
    row = ROWS["append"]
    others = other_builds(row, postgres_url, QUICK, [Build("as it is here")])
    ours, theirs, *_ = measure(row, postgres_url, QUICK, others=others).figures
    assert (ours.name, theirs.name) == ("Kanal", "as it is here")
    assert theirs.value.median > 0
    for package in ("domain", "persistence", "projections", "transport", "scripts"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("raise SystemExit(7)")
    others = other_builds(row, postgres_url, QUICK, [Build("broken", checkout=tmp_path)])
    with pytest.raises(RuntimeError, match="broken ended with status 7"):
        measure(row, postgres_url, QUICK, others=others)


def test_the_report_shows_every_figure_and_a_chart_and_keeps_the_rows_that_were_not_measured(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.report.FOLDER", tmp_path)
    row = ROWS["append"]
    measured = measure(row, postgres_url, QUICK)
    for known in (["append"], ["before", "append"], ["append", "before"]):
        page = write([(replace(row, name=known[0]), measured)], QUICK, "18", known).read_text()
        assert re.findall(r"^## .*\(`(.*)`\)$", page, re.MULTILINE) == known
    for figure in measured.figures:
        assert page.count(f"| {figure.name} ({figure.role}) |") == len(known)
        assert " | ".join(cells(figure, [])) in page
    chart = (tmp_path / "charts" / "append.svg").read_text()
    assert all(figure.name in chart for figure in measured.figures)


def test_a_peer_that_is_not_on_this_machine_is_said_to_be_missing(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("benchmarks.report.FOLDER", tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))
    (tmp_path / "node").symlink_to(shutil.which("node") or "")
    monkeypatch.setenv("PATH", str(tmp_path))
    row = ROWS["memory"]
    measured = measure(row, postgres_url, QUICK)
    assert Absent(NAME, "there is no Go") in measured.absent
    page = write([(row, measured)], QUICK, "18", [row.name]).read_text()
    assert f"{NAME} was not there: there is no Go." in page
