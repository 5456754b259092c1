"""Poolers: when a database is opened, finds out whether a pooler in front of it gives each client a
session of its own.

With transaction or statement pooling nothing raises an error, and nothing works: no notification
arrives, an advisory lock is granted twice, a setting holds for another client. So it is tested for,
with statements that leave nothing behind in a backend that another client may get next.
"""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import asyncpg

from persistence.database.availability import ServerNotReady, UnfitServer

ROUNDS = 3


async def check_pooling(
    first: asyncpg.Connection,
    connect: Callable[[], Awaitable[asyncpg.Connection]],
    *,
    within: float,
) -> None:
    """Connect a second time beside the `first`, and test whether each has a session of its own.

    Neither may cache statements. Raises UnfitServer, and ServerNotReady where the second gets no
    answer within that many seconds.
    """
    second = await connect()
    try:
        is_fit = await _stay_apart(first, second) and await _is_heard(first, second, within)
    finally:
        second.terminate()
    if not is_fit:
        raise UnfitServer(
            "the pooler in front of it gives no client a session of its own (transaction or"
            " statement pooling): set pool_mode = session for it, or use the server's own address"
        )


async def _stay_apart(first: asyncpg.Connection, second: asyncpg.Connection) -> bool:
    """Whether each connection stays with one backend, and they never have the same.

    A pooler gives a statement the backend that was free last, or the one that was free longest. The
    first asks twice in a row, so that two backends that alternate do not look like two sessions.
    """
    firsts, seconds = set[bytes](), set[bytes]()
    for _ in range(ROUNDS):
        firsts |= {await _process(first), await _process(first)}
        try:
            seconds.add(await _process(second))
        except TimeoutError:
            raise ServerNotReady(
                "a second connection gets no answer while there is a first: the pooler in front of"
                " it needs KANAL_DATABASE_CONNECTIONS connections to the server for each node"
            ) from None
    return len(firsts) == len(seconds) == 1 and firsts != seconds


async def _process(connection: asyncpg.Connection) -> bytes:
    """The process id of the backend that executes this statement."""
    answer = bytearray()

    async def read(data: bytes) -> None:
        answer.extend(data)

    # For COPY asyncpg prepares no statement, which another backend would not know.
    await connection.copy_from_query("SELECT pg_backend_pid()", output=read)
    return bytes(answer)


async def _is_heard(
    listening: asyncpg.Connection, other: asyncpg.Connection, within: float
) -> bool:
    """Whether an idle connection gets the notifications of the other.

    This finds several poolers behind one address, where the two connections may never share a
    backend. A connection that notifies itself would prove nothing: behind any pooler it gets that
    notification with the answer.
    """
    channel, heard = f"kanal_{uuid4().hex}", asyncio.Event()

    def hear(*_: object) -> None:
        heard.set()

    try:
        await listening.add_listener(channel, hear)
    except asyncpg.ReadOnlySQLTransactionError:
        return True  # a standby, which `prepare` refuses
    try:
        await other.execute(f"NOTIFY {channel}")
        async with asyncio.timeout(within):
            await heard.wait()
    except TimeoutError:
        return False
    finally:
        await listening.remove_listener(channel, hear)
    return True
