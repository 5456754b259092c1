"""A start on a machine where something is not as it mostly is: one line says what, and to whom it
belongs. As root the program becomes a user whom the system has no name for; others are themselves.
"""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.program import run_kanal
from tests.support.tokens import SECRET

NAMELESS = 54_321

AWAY = "postgresql://kanal:canary@127.0.0.1:1/kanal"
"""Where no server is."""

SERVE, TOKEN = ["serve"], ["token", "--user", "alice", "--workspace", "acme"]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory that the program may enter, and not write to."""
    for directory in tmp_path.parents:
        if directory.is_relative_to(tmp_path.parents[2]):
            directory.chmod(directory.stat().st_mode | 0o111)
    tmp_path.chmod(0o555)
    return tmp_path


def said_by(arguments: list[str], **environment: str) -> str:
    """The one line that it ends with."""
    user = NAMELESS if os.geteuid() == 0 else None
    settings = {"PATH": os.defpath, "KANAL_PORT": "0", "KANAL_JWT_SECRET": SECRET, **environment}
    given = {name: value for name, value in settings.items() if value}
    result = run_kanal(arguments, given, user=user)
    said = result.stderr.decode()
    assert (result.returncode, result.stdout) == (1, b""), said
    assert "canary" not in said
    lines = said.splitlines()
    assert len(lines) == 1, said
    return lines[0]


def missing(place: Path) -> Path:
    return place / "new" / "data"


def a_file(place: Path) -> Path:
    place.chmod(0o755)
    (place / "file").touch()
    return place / "file"


def a_loop(place: Path) -> Path:
    place.chmod(0o755)
    (place / "loop").symlink_to(place / "loop")
    return place / "loop"


@pytest.mark.parametrize("made", [missing, a_file, a_loop])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (SERVE, "the data directory {} cannot be used: "),
        (["tail"], "there is no database in {}: "),
        (["replay", "--list"], "there is no database in {}: "),
    ],
    ids=str,
)
def test_a_data_directory_that_cannot_be_one_is_named(
    place: Path, made: Callable[[Path], Path], arguments: list[str], said: str
) -> None:
    data = made(place)
    line = said_by(arguments, KANAL_DATA_DIR=str(data))
    assert line.startswith(f"kanal: {said.format(data)}")


@pytest.mark.parametrize("arguments", [SERVE, ["tail"]])
def test_a_data_directory_that_may_not_be_entered_is_named(
    place: Path, arguments: list[str]
) -> None:
    data = missing(place)
    place.chmod(0)
    line = said_by(arguments, KANAL_DATA_DIR=str(data))
    assert line.startswith(f"kanal: the data directory {data} cannot be used: ")


@pytest.mark.parametrize("made", [missing, a_file])
@pytest.mark.parametrize("arguments", [SERVE, TOKEN])
def test_a_development_secret_that_cannot_be_kept_is_one_line(
    place: Path, made: Callable[[Path], Path], arguments: list[str]
) -> None:
    line = said_by(arguments, KANAL_DATA_DIR=str(made(place)), KANAL_JWT_SECRET="")
    assert line.startswith("kanal: KANAL_DATA_DIR: the development secret cannot be kept there: /")


@pytest.mark.parametrize("arguments", [SERVE, ["export"]])
def test_certificates_that_may_not_be_looked_for_are_not_a_database_that_is_away(
    place: Path, arguments: list[str]
) -> None:
    place.chmod(0o755)
    home = place / "home"
    home.mkdir(mode=0)
    line = said_by(arguments, KANAL_DATABASE_URL=AWAY, HOME=str(home))
    assert f"certificates for TLS cannot be looked for ({home}/.postgresql/" in line
    assert "HOME" in line


@needs_root
@pytest.mark.parametrize("home", ["", "/nowhere"])
@pytest.mark.parametrize("arguments", [SERVE, ["check"]])
def test_a_url_without_a_user_is_refused_where_the_system_has_no_name_for_ours(
    home: str, arguments: list[str]
) -> None:
    line = said_by(arguments, KANAL_DATABASE_URL="postgresql://127.0.0.1:1/kanal", HOME=home)
    assert line == (
        "kanal: KANAL_DATABASE_URL: it names no user, and the system has no name for the user 54321"
    )


@pytest.mark.parametrize("host", ["a" * 64, "kanal..example", "kanal.invalid"])
def test_a_host_that_is_none_is_named(host: str) -> None:
    assert said_by(SERVE, KANAL_HOST=host, KANAL_DATABASE_URL=AWAY).startswith(
        f"kanal: cannot listen on {host}:0: "
    )
