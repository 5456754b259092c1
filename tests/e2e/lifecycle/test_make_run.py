"""`make run`, as a newcomer types it: what it prints is Kanal's alone, and make adds nothing."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.embedded_service import create, embedded, postgres_pid

ROOT = Path(__file__).parents[3]

MAKE_RUN = (
    "make", f"--directory={ROOT}", "--no-print-directory",
    f"VENV={sys.prefix}", f"--old-file={sys.prefix}/.run", "run",
)  # fmt: skip
"""In the environment that the tests run in, which is as it must be."""


@pytest.fixture(autouse=True)
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """By a person, not by the make that may run the tests."""
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        monkeypatch.delenv(name, raising=False)


def refused(tmp_path: Path, **settings: str) -> str:
    """What a `make run` that does not start the service prints: one line, and a status that says
    so."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KANAL_")}
    result = subprocess.run(
        MAKE_RUN,
        env=clean | {"KANAL_DATA_DIR": str(tmp_path), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode != 0
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    return line


def test_on_a_port_that_is_taken_it_says_so_and_nothing_else(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as first:
        port = str(first.getsockname()[1])
        line = refused(tmp_path, KANAL_PORT=port)
        assert line == f"kanal: cannot listen on 127.0.0.1:{port}: Address already in use"


def test_a_setting_that_is_wrong_is_named_and_nothing_else_is_said(tmp_path: Path) -> None:
    assert "unknown setting KANAL_PRT" in refused(tmp_path, KANAL_PRT="9000")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_good_order_and_make_says_nothing(
    tmp_path: Path, number: signal.Signals
) -> None:
    with embedded(tmp_path, command=MAKE_RUN) as service:
        assert create(service, "kept") == 201
        os.killpg(service.process.pid, number)
        assert service.process.wait(60) == -number
        assert "make" not in service.output
        assert service.troubles == ""
    assert postgres_pid(tmp_path) is None
