"""The command line beside the service and without it: tokens, the log, a replay, help."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import kanal
from tests.support.embedded_service import (
    DEVELOPMENT,
    create,
    embedded,
)
from tests.support.log_files import a_file, a_line
from tests.support.program import KANAL

ROOT = Path(__file__).parents[3]


def test_tokens_of_the_command_line_work_in_the_service(tmp_path: Path) -> None:
    with embedded(tmp_path, **DEVELOPMENT) as service:
        made = kanal("token", "--user", "eve", "--workspace", "demo:guest", data_dir=str(tmp_path))
        assert create(service, "no", made.stdout.strip()) == 403
        made = kanal("token", "--user", "eve", "--workspace", "demo", data_dir=str(tmp_path))
        assert create(service, "yes", made.stdout.strip()) == 201
    bad = kanal("token", "--user", "eve", "--workspace", "demo:king", data_dir=str(tmp_path))
    assert bad.returncode == 1
    assert "admin, moderator, user, guest" in bad.stderr


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["token", "--user", "eve", "--scope", "a b"], "--scope a b: a scope is one word"),
        (["token", "--user", "eve", "--scope", ""], "--scope : a scope is one word"),
        (
            ["token", "--user", "eve", "--workspace", "demo", "--ttl", "2592001"],
            "--ttl 2592001: KANAL_JWT_MAX_LIFETIME allows 2592000",
        ),
        (["revoke", "--user", ""], "userId must be 1 to 128 characters, none a control character"),
        (["revoke", "--user", "eve", "--workspace", ""], "workspaceId must be 1 to 128 characters"),
    ],
)
def test_what_would_be_good_for_nothing_is_refused_in_one_line(
    arguments: list[str], why: str, database_url: str, tmp_path: Path
) -> None:
    refused = kanal(*arguments, database_url=database_url, data_dir=str(tmp_path))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"kanal: {why}")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["tail"],
        ["check"],
        ["export"],
        ["replay"],
        ["replay", "--list"],
        ["channels", "--workspace", "demo"],
        ["revoke", "--user", "eve"],
        ["nodes"],
    ],
    ids=" ".join,
)
def test_what_is_for_a_log_that_exists_makes_none(arguments: list[str], tmp_path: Path) -> None:
    """From another directory than that of the service, it would be good for nothing."""
    directory = tmp_path / ".kanal"
    refused = kanal(*arguments, data_dir=str(directory))
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"kanal: there is no database in {directory}: set KANAL_DATA_DIR to the data directory of"
        " the service, or KANAL_DATABASE_URL\n"
    )
    assert not directory.exists()


def test_an_import_makes_a_log_for_others_to_read(tmp_path: Path) -> None:
    file = tmp_path / "log.jsonl"
    file.write_bytes(a_file(a_line(1)))
    assert kanal("import", str(file), data_dir=str(tmp_path / "new")).returncode == 0
    exported = kanal("export", data_dir=str(tmp_path / "new"))
    assert exported.stdout.encode() == file.read_bytes()


def test_the_log_is_printed_as_json_lines_beside_the_service_and_without_it(
    tmp_path: Path,
) -> None:
    with embedded(tmp_path) as service:
        assert create(service, "one") == 201
        beside = kanal("tail", data_dir=str(tmp_path))
        assert '"topic": "channel.created"' in beside.stdout
    assert kanal("tail", data_dir=str(tmp_path)).stdout == beside.stdout
    assert len(kanal("tail", "--after", "1", data_dir=str(tmp_path)).stdout.splitlines()) == 1
    piped = subprocess.run(
        ["bash", "-c", f"{shlex.quote(KANAL)} tail | head -n 1"],
        check=True,
        env=os.environ | {"KANAL_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert len(piped.stdout.splitlines()) == 1
    assert piped.stderr == ""


def test_following_the_log_goes_on_until_it_is_stopped(tmp_path: Path) -> None:
    with embedded(tmp_path) as service:
        follower = subprocess.Popen(
            [KANAL, "tail", "--follow"],
            env=os.environ | {"KANAL_DATA_DIR": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert follower.stdout is not None
        assert create(service, "one") == 201
        assert '"position": 1' in follower.stdout.readline()
        follower.send_signal(signal.SIGINT)
        _, errors = follower.communicate(timeout=60)
        assert follower.returncode == 0
        assert "Traceback" not in errors


COMMANDS = (
    "serve",
    "token",
    "replay",
    "channels",
    "tail",
    "export",
    "import",
    "check",
    "revoke",
    "nodes",
)


@pytest.mark.parametrize("command", [[], *([command] for command in COMMANDS)], ids=str)
def test_help_shows_an_example(command: list[str], tmp_path: Path) -> None:
    result = kanal(*command, "--help", data_dir=str(tmp_path), COLUMNS="100")
    assert result.returncode == 0
    if command:
        assert f"kanal {command[0]}" in result.stdout.partition("Example")[2]


def test_an_unknown_command_is_an_error(tmp_path: Path) -> None:
    assert kanal("server", data_dir=str(tmp_path)).returncode == 2


def test_the_package_holds_all_sql(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation",
         "--disable-pip-version-check", "--wheel-dir", str(tmp_path), "."],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    listing = subprocess.run(
        [sys.executable, "-m", "zipfile", "-l", str(wheel)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    packages = [ROOT / name for name in ("persistence", "projections")]
    sql = [str(file.relative_to(ROOT)) for package in packages for file in package.rglob("*.sql")]
    assert len(sql) > 1
    assert [file for file in sql if file not in listing] == []
