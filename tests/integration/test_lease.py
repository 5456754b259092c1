"""A lease is kept by who renews it, and lost by who stands still."""

import socket
import struct
from urllib.parse import urlsplit

import asyncpg
import pytest

from domain.errors import Unavailable
from persistence.read_models import lease
from persistence.read_models.lease import begin, try_lease
from persistence.read_models.models import ReadModel, try_lock
from tests.support.background import eventually, running
from tests.support.clients import PATIENCE
from tests.support.node import Node
from tests.support.postgres import socket_path

SHORT = 2.0
"""Seconds; a busy machine may stand still for less."""


@pytest.fixture(autouse=True)
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "LEASE", SHORT)
    monkeypatch.setattr(lease, "RENEWAL_INTERVAL", SHORT / 8)


async def test_who_renews_a_lease_keeps_it(node: Node, admin: asyncpg.Connection) -> None:
    async with node.database.dedicated() as connection:
        assert await try_lock(connection, "model")
        async with running((await begin(connection)).renew()):

            async def has_outlived_it() -> bool:
                lived: float = await admin.fetchval(
                    "SELECT extract(epoch FROM query_start - backend_start)::float8"
                    " FROM pg_stat_activity WHERE pid = $1",
                    connection.process,
                )
                return lived > 1.5 * SHORT

            await eventually(has_outlived_it)
            assert not await try_lock(admin, "model")


async def test_who_stands_still_loses_it_and_can_write_no_more(
    node: Node, admin: asyncpg.Connection
) -> None:
    with pytest.raises(Unavailable):
        async with node.database.dedicated() as connection:
            assert await try_lock(connection, "model")
            async with (await begin(connection)).connection() as writing:
                await writing.execute("BEGIN")
                await writing.execute("UPDATE log_head SET position = position")
                await eventually(lambda: try_lock(admin, "model"))
                await writing.execute("COMMIT")


async def test_one_that_stands_still_in_the_middle_of_a_question_is_ended_by_who_waits(
    node: Node, admin: asyncpg.Connection, database_url: str
) -> None:
    model = ReadModel("model", 1)
    with HalfAsked(database_url) as holder:
        holder.run(f"SELECT pg_try_advisory_lock(hashtextextended('kanal:{model}', 0))")
        # The server does not count this as idle.
        holder.run(f"SET idle_session_timeout = {round(SHORT * 1000)}")
        holder.ask_half_of("SELECT 1")

        async def is_taken() -> bool:
            taken, _ = await try_lease(admin, str(model))
            return taken

        assert not await is_taken()
        await eventually(is_taken)
        assert holder.hears_its_end()


class HalfAsked:
    """A client of Postgres' protocol (version 3) that can stop between Parse and Bind, as one does
    that is stopped just there."""

    def __init__(self, database_url: str) -> None:
        self._url = urlsplit(database_url)

    def __enter__(self) -> "HalfAsked":
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(PATIENCE)
        self._socket.connect(str(socket_path(self._url.geturl())))
        user, database = self._url.username or "postgres", self._url.path.lstrip("/")
        said = f"user\0{user}\0database\0{database}\0\0".encode()
        self._socket.sendall(struct.pack("!ii", 8 + len(said), 3 << 16) + said)
        self._read_until(b"Z\0\0\0\5I")
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def run(self, statement: str) -> None:
        self._send(b"Q", statement.encode() + b"\0")
        self._read_until(b"Z\0\0\0\5I")

    def ask_half_of(self, statement: str) -> None:
        self._send(b"P", b"\0" + statement.encode() + b"\0\0\0")
        self._send(b"H", b"")
        self._read_until(b"1\0\0\0\4")

    def hears_its_end(self) -> bool:
        return b"terminating connection due to administrator command" in self._read_until(b"")

    def _send(self, kind: bytes, body: bytes) -> None:
        self._socket.sendall(kind + struct.pack("!i", 4 + len(body)) + body)

    def _read_until(self, end: bytes) -> bytes:
        """What came up to `end`, or up to the end of the connection where it is empty."""
        heard = b""
        while not (end and heard.endswith(end)):
            if not (more := self._socket.recv(4096)):
                assert not end, "the server has ended the connection"
                break
            heard += more
        return heard
