"""Poolers: recognises, when a database is opened, one that gives clients no session of their own.

Behind transaction or statement pooling, what does not work raises nothing: LISTEN brings nothing, a
lock is granted twice, a setting holds for whoever comes next. So it is looked for, with statements
that leave nothing behind in a process of the server, where somebody else may come next.
"""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import asyncpg

from persistence.database.availability import ServerNotReady, UnfitServer

ROUNDS = 3

SESSIONS = 16
"""That a node may have at once: eight pooled, the listening one, two for each read model while it
is built, and some to spare."""


async def check_pooling(
    first: asyncpg.Connection,
    connect: Callable[[], Awaitable[asyncpg.Connection]],
    *,
    within: float,
) -> None:
    """Make a second connection beside the `first`, and see whether each has a session to itself.

    Neither may cache statements. Raises UnfitServer, and ServerNotReady where the second gets none
    or hears nothing within that many seconds.
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
    """Whether each stays in one process of the server, and the other never meets it.

    A pooler gives a statement the process that was free last, or the one that was free longest. The
    first asks twice, so that two which take turns do not look like two of one's own.
    """
    firsts, seconds = set[bytes](), set[bytes]()
    for _ in range(ROUNDS):
        firsts |= {await _process(first), await _process(first)}
        try:
            seconds.add(await _process(second))
        except TimeoutError:
            raise ServerNotReady(
                "a second connection gets no answer while there is a first: the pooler in front of"
                f" it needs more connections to the server, {SESSIONS} for each node"
            ) from None
    return len(firsts) == len(seconds) == 1 and firsts != seconds


async def _process(connection: asyncpg.Connection) -> bytes:
    """The process that serves this one statement."""
    answer = bytearray()

    async def read(data: bytes) -> None:
        answer.extend(data)

    # Asked with COPY, asyncpg prepares no statement first, which another process would not know.
    await connection.copy_from_query("SELECT pg_backend_pid()", output=read)
    return bytes(answer)


async def _is_heard(
    listening: asyncpg.Connection, other: asyncpg.Connection, within: float
) -> bool:
    """Whether an idle connection is told what the other says.

    Where poolers share an address, two connections need not meet in one. That a connection hears
    itself says nothing: behind any pooler this comes with the answer.
    """
    channel, heard = f"kanal_{uuid4().hex}", asyncio.Event()

    def hear(*_: object) -> None:
        heard.set()

    try:
        await listening.add_listener(channel, hear)
    except asyncpg.ReadOnlySQLTransactionError:
        return True  # a standby, which is refused for that
    try:
        await other.execute(f"NOTIFY {channel}")
        async with asyncio.timeout(within):
            await heard.wait()
    except TimeoutError:
        return False
    finally:
        await listening.remove_listener(channel, hear)
    return True
