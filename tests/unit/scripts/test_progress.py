"""The progress of long work: a bar where somebody watches, plain lines where a file takes them."""

import io
import re

import pytest

from scripts.cli.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error is a terminal from now on."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    for name, value in {"TERM": "xterm", "COLUMNS": "120"}.items():
        monkeypatch.setenv(name, value)
    return terminal


def test_a_terminal_shows_a_bar_with_rate_and_remaining_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = on_a_terminal(monkeypatch)
    with progress("export") as update:
        update(1, 4)
        update(4, 4)
    shown = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", terminal.getvalue())
    assert re.search(r"export ━+ 4/4 events [\d,]+/s 0:00:00", shown)


def test_elsewhere_there_is_a_line_now_and_then(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.cli.progress.LINE_INTERVAL", 0.0)
    with progress("export") as update:
        for done in (500, 1_000, 2_000):
            update(done, 2_000)
    shown = capsys.readouterr()
    assert shown.out == ""
    _, middle, last = shown.err.splitlines()
    assert re.fullmatch(r"export: 1,000 of 2,000 events, [\d,]+/s, \d+ s left", middle)
    assert last.startswith("export: 2,000 of 2,000 events, ")


def test_work_that_is_soon_done_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with progress("export") as update:
        for done in range(100):
            update(done, 100)
    assert capsys.readouterr() == ("", "")


def test_what_is_printed_meanwhile_does_not_end_up_in_the_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where standard output goes elsewhere, into a file for instance."""
    terminal = on_a_terminal(monkeypatch)
    with progress("check") as update:
        update(1, 2)
        print("a fault")
    assert capsys.readouterr().out == "a fault\n"
    assert "a fault" not in terminal.getvalue()
