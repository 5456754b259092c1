"""Every block of commands in the README and the documents is run as it is written there, but for
places and secrets that are the reader's, or says in its source why it is not."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.command_blocks import CommandBlock, command_blocks
from tests.support.http import bearer, created, http_client
from tests.support.postgres import create_database
from tests.support.program import KANAL
from tests.support.registering import NOBODY_THERE, Registrar, added
from tests.support.service import LONGEST_START, running_service
from tests.support.tokens import SECRET, token

BLOCKS = list(command_blocks())

ENDLESS = re.compile(r"\bkanal (serve|relay)|--follow")
"""Commands that go on until they are told to stop, once they have said this:"""
READY = re.compile(r'listens on http|^\{"position"|NATS is away|publishes to KANAL-', re.MULTILINE)


def test_what_is_not_run_says_why() -> None:
    assert len(BLOCKS) > 15
    assert {type(block.not_run) for block in BLOCKS} == {str, type(None)}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("block", [each for each in BLOCKS if each.not_run is None], ids=str)
def test_a_block_of_commands_does_what_it_is_there_for(
    block: CommandBlock, postgres_url: str, tmp_path: Path
) -> None:
    database, empty = create_database(postgres_url), create_database(postgres_url)
    operator = token("olga", scope="kanal:operate")
    access = token("developer", {"demo": "admin"})
    networks = "127.0.0.0/8"
    with (
        running_service(database, webhook_networks=networks) as service,
        http_client(service.url) as http,
    ):
        channel = created(
            http.post(
                "/workspaces/demo/channels",
                json={"name": "welcome"},
                headers=bearer(access),
            )
        )
        for number in range(8):
            http.post(
                "/workspaces/demo/channels", json={"name": f"{number}"}, headers=bearer(access)
            )
        (tmp_path / "token.txt").write_text(access)
        webhook = added(Registrar(http).add())
        _run(["kanal export backup.jsonl"], tmp_path, {"KANAL_DATABASE_URL": database})
        theirs = {
            "http://127.0.0.1:8000": service.url,
            "c1632d0a-0503-4935-bd81-084c4f220ae7": channel["id"],
            "5f0c3a52-7f0e-4c57-a7ef-6c1c8f3ad7b1": webhook["id"],
            "https://search.example/kanal": NOBODY_THERE,
            "postgresql://kanal:secret@db/kanal": f"'{database}'",
            "KANAL_JWT_SECRET=…": f"KANAL_JWT_SECRET='{SECRET}'",
            "TOKEN=eyJhbGciOiJIUzI1NiIs…": f"TOKEN={access}",
            "http://collector:4318": "http://127.0.0.1:9",
            # It has found a fault: the tests' Postgres does not wait for the disk.
            "kanal doctor": "! kanal doctor",
            "--at 1200": "--at 2",
            "--after 100": "--after 2",
            "--explain -": f"--explain - < {tmp_path / 'token.txt'}",
            "--explain - < token.txt": "--explain - < token.txt",
        }
        environment = {
            "KANAL_DATABASE_URL": database,
            "KANAL_JWT_SECRET": SECRET,
            "KANAL_PORT": "0",
            "KANAL_WEBHOOK_NETWORKS": networks,
            "TOKEN": access,
            "OPERATOR": operator,
        }
        _run(
            [_with_ours(command, theirs) for command in block.commands],
            tmp_path,
            environment,
            empty=empty,
        )
        assert service.troubles == ""


def _with_ours(command: str, theirs: dict[str, str]) -> str:
    """The command with what is the reader's replaced by the test's, the longest first. What `head`
    ends may have failed, for who asks (pipefail): here it is read to its end."""
    command = re.sub(r"\| head -(\d+)", r"| sed -n '1,\1p'", command)
    pattern = "|".join(map(re.escape, sorted(theirs, key=len, reverse=True)))
    return re.sub(pattern, lambda found: theirs[found[0]], command)


def _run(
    commands: list[str], directory: Path, environment: dict[str, str], *, empty: str = ""
) -> None:
    """Run them in one shell, those that do not end until they are ready. An import is into an empty
    database."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("KANAL_")},
        **environment,
        "PATH": f"{Path(KANAL).parent}:{os.environ['PATH']}",
    }
    told: list[str] = []
    for command in commands:
        if ENDLESS.search(command):
            _start_and_stop(command, directory, environment)
            continue
        imports = f"KANAL_DATABASE_URL='{empty}' " if "kanal import" in command else ""
        told.append(imports + command.replace("curl ", "curl --fail-with-body --silent "))
    script = "\n".join(["set -euo pipefail", *told])
    result = subprocess.run(
        ["bash", "-c", script],
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=2 * LONGEST_START,
        check=False,
    )
    assert result.returncode == 0, script + result.stdout + result.stderr


def _start_and_stop(command: str, directory: Path, environment: dict[str, str]) -> None:
    output = directory / "output"
    with output.open("w") as file:
        process = subprocess.Popen(
            ["bash", "-c", re.sub(r"\bkanal (?=serve|tail|relay)", "exec kanal ", command)],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    deadline = time.monotonic() + 2 * LONGEST_START
    while not READY.search(output.read_text()):
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    assert process.wait(LONGEST_START) in (0, -signal.SIGTERM), output.read_text()
