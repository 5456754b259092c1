"""`kanal export`, `import` and `check` as an operator runs them: processes, files and pipes."""

import asyncio
import os
import pty
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import py_client
from tests.support.creation import create
from tests.support.log_files import a_file, a_line
from tests.support.node import open_node
from tests.support.postgres import ask, create_database
from tests.support.program import KANAL, run_kanal
from tests.support.service import running_service
from tests.support.tokens import token

Completed = subprocess.CompletedProcess[bytes]

FILE = a_file(*(a_line(position) for position in range(1, 5)))


def kanal(
    *arguments: str, url: str, stdin: bytes = b"", stderr: IO[bytes] | None = None
) -> Completed:
    """Run a command on a database."""
    return run_kanal(arguments, environment(url), stdin=stdin, stderr=stderr)


def environment(url: str) -> dict[str, str]:
    return os.environ | {"KANAL_DATABASE_URL": url}


@pytest.fixture
def empty_url(postgres_url: str) -> str:
    """Another database, with nothing in it."""
    return create_database(postgres_url)


async def test_a_service_goes_on_where_the_exported_one_ended(
    database_url: str, empty_url: str, tmp_path: Path
) -> None:
    """What a client has seen still counts: it hears the rest, and from the new service."""
    with running_service(database_url) as service:
        async with py_client(service.url) as client:
            seen = await client.auth(token("bob", ("demo",)))
        missed = await create_channel(service.url, "demo", "missed")
    file = tmp_path / "log.jsonl"
    exported = kanal("export", str(file), url=database_url)
    assert (exported.returncode, exported.stdout) == (0, b"")
    assert b"exported 2 events" in exported.stderr
    assert kanal("export", url=database_url).stdout == file.read_bytes()
    imported = kanal("import", str(file), url=empty_url)
    assert (imported.returncode, imported.stderr) == (0, b"")
    assert b"imported 2 events" in imported.stdout
    checked = kanal("check", url=empty_url)
    assert (checked.returncode, checked.stderr) == (0, b"")
    assert checked.stdout.startswith(b"the log is whole; checked 2 events")
    with running_service(empty_url) as service:
        async with py_client(service.url) as client:
            position = {"position": seen["position"], "log": seen["log"]}
            success = await client.auth(token("bob", ("demo",)), **position)
            assert success["recovered"]
            assert await client.event("channel-created") == missed
            live = await create_channel(service.url, "demo", "live")
            assert await client.event("channel-created", 2) == live
            assert live["position"] == 3


async def test_beside_a_service_no_socket_hears_of_any_of_it(database_url: str) -> None:
    """The log may be copied and checked meanwhile; it is not replaced, empty or not."""

    async def beside(*arguments: str) -> Completed:
        return await asyncio.to_thread(kanal, *arguments, url=database_url, stdin=FILE)

    with running_service(database_url) as service:
        async with py_client(service.url) as client:
            await client.auth(token("bob", ("demo",)))
            refused = await beside("import", "-")
            assert refused.returncode == 1
            assert b"stop the service" in refused.stderr
            created = await create_channel(service.url, "demo", "first")
            assert created["position"] == 1
            for arguments in (["export"], ["check"]):
                done = await beside(*arguments)
                assert done.returncode == 0, done.stderr
            refused = await beside("import", "-")
            assert refused.returncode == 1
            assert b"the database is not empty" in refused.stderr
            last = await create_channel(service.url, "demo", "last")
            await client.event("channel-created", 2)
            events = [heard for heard in client.heard if heard.kind == "event"]
            assert [heard.name for heard in events] == ["auth-success", *["channel-created"] * 2]
            assert client.events("channel-created") == [created, last]
        assert service.troubles == ""


@contextmanager
def importing(url: str, part: bytes) -> Iterator["subprocess.Popen[bytes]"]:
    """An import that has read so much of a file, and waits for more."""
    with subprocess.Popen(
        [KANAL, "import", "-"], env=environment(url), stdin=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        try:
            process.stdin.write(part)
            process.stdin.flush()
            yield process
        finally:
            process.kill()


async def test_an_import_that_is_killed_leaves_the_database_empty(empty_url: str) -> None:
    file = a_file(*(a_line(position, b'{"a":"%300d"}' % position) for position in range(1, 6_001)))

    async def rows_are_there() -> object:
        return await ask(empty_url, "SELECT max(tuples_processed) > 0 FROM pg_stat_progress_copy")

    async def is_gone() -> object:
        return await ask(
            empty_url,
            "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'kanal import')",
        )

    with importing(empty_url, file[: 3 * len(file) // 4]) as process:
        await eventually(rows_are_there)
        process.send_signal(signal.SIGKILL)
    await eventually(is_gone)
    assert await ask(empty_url, "SELECT count(*) FROM stored_events") == 0
    assert await ask(empty_url, "SELECT position FROM log_head") == 0
    again = kanal("import", "-", url=empty_url, stdin=file)
    assert again.returncode == 0, again.stderr
    assert kanal("export", url=empty_url).stdout == file


@pytest.mark.parametrize(
    ("stdin", "said"),
    [
        (FILE[: len(FILE) // 2], b"expected the event at position"),
        (FILE.replace(b"\n", b"\r\n"), b"line 1: expected the header of an export"),
        (b"", b"line 1: expected the header of an export"),
    ],
    ids=["cut off", "changed", "empty"],
)
def test_a_spoilt_file_is_refused_in_one_line(empty_url: str, stdin: bytes, said: bytes) -> None:
    refused = kanal("import", "-", url=empty_url, stdin=stdin)
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert refused.stderr.startswith(b"kanal: line ")
    assert said in refused.stderr
    assert refused.stderr.count(b"\n") == 1


async def test_faults_are_lines_of_their_own_and_the_exit_status(database_url: str) -> None:
    async with open_node(database_url) as node:
        await create(node.commands, "general")
    await ask(database_url, "UPDATE stored_events SET topic = 'painted' WHERE notification_id = 2")
    found = kanal("check", url=database_url)
    assert found.returncode == 1
    first, second = found.stdout.decode().splitlines()
    assert first.startswith("position 2: an event of the topic 'painted', which")
    assert second.startswith("names: the name 'general' in 'demo' is that of channel")
    assert found.stderr.startswith(b"kanal: faults in the log: 2; checked 2 events")


async def test_a_file_is_replaced_by_a_whole_one_or_not_at_all(
    database_url: str, tmp_path: Path
) -> None:
    async with open_node(database_url) as node:
        for name in ("one", "two"):
            await create(node.commands, name)
    file = tmp_path / "log.jsonl"
    file.write_text("what was there before")
    await ask(database_url, "UPDATE log_head SET position = 9")
    failed = kanal("export", str(file), url=database_url)
    assert failed.returncode == 1
    assert b"kanal: the log is not whole: position 5 is missing" in failed.stderr
    assert file.read_text() == "what was there before"
    await ask(database_url, "UPDATE log_head SET position = 4")
    assert kanal("export", str(file), url=database_url).returncode == 0
    assert file.read_bytes().count(b"\n") == 6
    assert list(tmp_path.iterdir()) == [file]


def test_what_can_not_be_written_or_read_is_named(database_url: str, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing" / "log.jsonl")
    for arguments in (["export", missing], ["import", missing], ["export", "/dev/full"]):
        failed = kanal(*arguments, url=database_url)
        assert failed.returncode == 1
        assert failed.stderr.startswith(b"kanal: cannot ")
        assert arguments[1].encode() in failed.stderr
        assert failed.stderr.count(b"\n") == 1


def test_a_reader_that_has_enough_is_no_trouble(database_url: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        stopped = subprocess.run(
            [KANAL, "export"],
            check=False,
            env=environment(database_url),
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert (stopped.returncode, stopped.stderr) == (1, b"")


def test_a_bar_on_the_terminal_is_no_part_of_the_file(database_url: str) -> None:
    plain = kanal("export", url=database_url).stdout
    ours, theirs = pty.openpty()
    try:
        with open(theirs, "wb", closefd=False) as terminal:
            on_terminal = kanal("export", url=database_url, stderr=terminal)
        shown = os.read(ours, 65_536)
    finally:
        os.close(theirs)
        os.close(ours)
    assert on_terminal.returncode == 0
    assert on_terminal.stdout == plain
    assert b"0/0" in shown
