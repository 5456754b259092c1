"""All processes that use a directory share its Postgres, whoever of them leaves or is killed."""

import os
import subprocess
from pathlib import Path

import asyncpg
import psutil
import pytest

from persistence.database.embedded import SYSTEM_USER, EmbeddedPostgres
from persistence.database.embedded_programs import EmbeddedPostgresError
from tests.support.clients import PATIENCE
from tests.support.embedded_process import assert_gone, embedded_process, family, postmaster
from tests.support.postgres import ask


async def test_the_last_process_to_leave_stops_it(tmp_path: Path) -> None:
    """They come at once, and the one that started it is not the last."""
    with (
        embedded_process(tmp_path) as one,
        embedded_process(tmp_path) as two,
        EmbeddedPostgres(tmp_path) as url,
    ):
        assert one.url() == two.url() == url
        server = postmaster(tmp_path)
        assert one.leave() == 0
        assert two.leave() == 0
        assert await ask(url, "SELECT 1") == 1
    assert_gone([server])


async def test_one_that_a_killed_process_left_is_adopted_and_stopped(tmp_path: Path) -> None:
    with embedded_process(tmp_path) as process:
        url = process.url()
        server = postmaster(tmp_path)
        process.kill()
        assert await ask(url, "SELECT 1") == 1
        with EmbeddedPostgres(tmp_path) as same:
            assert same == url
            assert postmaster(tmp_path) == server
        assert_gone([server])


async def test_a_killed_process_does_not_keep_it_up_when_the_others_leave(tmp_path: Path) -> None:
    with embedded_process(tmp_path) as killed, embedded_process(tmp_path) as other:
        assert killed.url() == other.url()
        server = postmaster(tmp_path)
        killed.kill()
        assert other.leave() == 0
        assert_gone([server])


def someone_elses_process() -> "subprocess.Popen[bytes]":
    """A process that Postgres' user could take for its own server, by its number alone."""
    user = SYSTEM_USER if os.geteuid() == 0 else None
    return subprocess.Popen(["sleep", str(PATIENCE * 3)], user=user, stdin=subprocess.DEVNULL)


async def test_after_a_crash_of_everything_it_starts_with_what_was_committed(
    tmp_path: Path,
) -> None:
    """Even where the number of its process belongs to another program by now."""
    with embedded_process(tmp_path) as process:
        await ask(process.url(), "CREATE TABLE kept AS SELECT 7 AS number")
        processes = family(postmaster(tmp_path))
        process.kill()
        processes[0].kill()  # the others end by themselves then
        assert_gone(processes)
    other = someone_elses_process()
    try:
        process_file = tmp_path / "postgres" / "postmaster.pid"
        number, _, rest = process_file.read_text().partition("\n")
        assert int(number) == processes[0].pid
        process_file.write_text(f"{other.pid}\n{rest}")
        with EmbeddedPostgres(tmp_path) as url:
            assert await ask(url, "SELECT number FROM kept") == 7
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


async def test_it_does_not_start_beside_what_is_left_of_one_that_crashed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two servers that write to the same files would destroy them."""
    monkeypatch.setattr("persistence.database.embedded.START_ATTEMPTS", 1)
    with embedded_process(tmp_path) as process:
        connection = await asyncpg.connect(process.url())
        left = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()"))
        server, *others = family(postmaster(tmp_path))
        left.suspend()
        try:
            server.kill()
            process.kill()
            assert_gone([server])
            with pytest.raises(EmbeddedPostgresError, match="still in use"):
                EmbeddedPostgres(tmp_path).__enter__()
        finally:
            left.resume()
        assert_gone([left, *others])
        connection.terminate()
        with EmbeddedPostgres(tmp_path) as url:
            assert await ask(url, "SELECT 1") == 1
