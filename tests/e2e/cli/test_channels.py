"""`kanal channels`, beside the service and without it: the channels as they are or were."""

import json
import os
import pty
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.clients import js_client
from tests.support.command_line import kanal
from tests.support.embedded_service import embedded
from tests.support.http import User, changed, created, http_client
from tests.support.program import KANAL
from tests.support.service import RunningService
from tests.support.tokens import token


@dataclass
class Past:
    """A service with some channels, and what the list answered at each step: by position, to alice,
    who sees them all, and to bob."""

    service: RunningService
    directory: Path
    steps: dict[int, tuple[list[Any], list[Any]]]
    times: dict[int, str]

    def kanal(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return kanal("channels", *arguments, data_dir=str(self.directory))

    def lines(self, *arguments: str) -> list[Any]:
        result = self.kanal("--workspace", "demo", *arguments)
        assert (result.returncode, result.stderr) == (0, "")
        return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    directory = tmp_path_factory.mktemp("past")
    with embedded(directory) as service, http_client(service.url) as http:
        alice, bob = User(http, "demo"), User(http, "demo", "bob")
        steps: dict[int, tuple[list[Any], list[Any]]] = {0: ([], [])}
        times: dict[int, str] = {}

        def look(position: int, updated_at: str) -> None:
            everything, bobs = (
                changed(user.list(minPosition=position))["channels"] for user in (alice, bob)
            )
            steps[position], times[position] = (everything, bobs), updated_at

        general = created(alice.create("general"))
        look(general["position"] + 1, general["updatedAt"])
        secret = created(alice.create("[red]geheim[/red] 🙂", isPrivate=True))
        look(secret["position"] + 1, secret["updatedAt"])
        member = changed(alice.add_member(secret["id"], "bob"))
        look(member["position"], changed(alice.get(secret["id"]))["updatedAt"])
        renamed = changed(alice.update(general["id"], name="команда"))
        look(renamed["position"], renamed["updatedAt"])
        yield Past(service, directory, steps, times)


def test_they_are_json_lines_as_the_list_had_them(past: Past) -> None:
    everything, _ = past.steps[max(past.steps)]
    assert past.lines() == everything
    for position, (everything, bobs) in past.steps.items():
        assert past.lines("--at", str(position)) == everything
        if position in (2, max(past.steps)):
            assert past.lines("--at", str(position), "--user", "bob") == bobs
    assert past.lines("--user", "a stranger") == [
        channel for channel in everything if not channel["isPrivate"]
    ]


def test_a_time_is_the_last_position_that_was_recorded_until_then(past: Past) -> None:
    times = sorted(past.times.items())
    for position, updated_at in times:
        (everything, _) = past.steps[position]
        found = past.lines("--at", updated_at)
        assert [channel["id"] for channel in found] == [channel["id"] for channel in everything]
        assert [channel["version"] for channel in found] == [
            channel["version"] for channel in everything
        ]
    assert past.lines("--at", "2000-01-01T00:00:00+01:00") == []
    assert past.lines("--at", "2999-12-31T23:59:59Z") == past.steps[max(past.steps)][0]


def test_on_a_terminal_they_are_a_table(past: Past) -> None:
    ours, theirs = pty.openpty()
    arguments = ["channels", "--workspace", "demo", "--at", "4", "--user", "alice"]
    environment = os.environ | {"KANAL_DATA_DIR": str(past.directory), "COLUMNS": "140"}
    with subprocess.Popen([KANAL, *arguments], env=environment, stdout=theirs) as process:
        os.close(theirs)
        written = b""
        while part := _read(ours):
            written += part
    os.close(ours)
    assert process.returncode == 0
    shown = written.decode()
    assert "demo at position 4, as alice saw them" in shown
    rows = [line.split() for line in shown.splitlines()]
    for channel in past.steps[4][0]:
        (row,) = (row for row in rows if channel["id"] in row)
        assert row[:-1] == [
            *channel["name"].split(), channel["id"], "members" if channel["isPrivate"] else "all",
            "alice", channel["updatedAt"][:19] + "Z", "1",
        ]  # fmt: skip
        assert row[-1] == str(channel["position"])


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # what Linux says when the other end is closed
        return b""


@pytest.mark.parametrize(
    ("at", "words"),
    [
        ("99", "must not be beyond the head of the log, which is at"),
        ("yesterday", "a position of the log, or a time with its zone"),
    ],
)
def test_what_is_no_place_in_the_log_is_refused_in_one_line(
    past: Past, at: str, words: str
) -> None:
    result = past.kanal("--workspace", "demo", "--at", at)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("kanal: ")
    assert words in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_it_needs_a_workspace(past: Past) -> None:
    assert past.kanal().returncode == 2
    assert past.kanal("--workspace", "nowhere").stdout == ""


async def test_no_socket_hears_of_it(past: Past) -> None:
    async with js_client(past.service.url, auth={"token": token("alice")}) as client:
        success = await client.event("auth-success")
        past.lines()
        past.lines("--at", "2")
        with http_client(past.service.url) as http:
            marker = created(User(http, "demo").create("marker"))
        await client.event("channel-created")
        events = [heard for heard in client.heard if heard.kind == "event"]
        assert [heard.args for heard in events] == [[success], [marker]]


def test_it_needs_no_running_service(past: Past) -> None:
    at = str(max(past.steps))
    beside = past.lines("--at", at)
    assert past.service.stop() == 0
    assert past.lines("--at", at) == beside
