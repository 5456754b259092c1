"""The row `moves`: what it costs when an upgrade comes to another node, which moves the session.

A default client opens its session over long-polling and authenticates; a moment later it upgrades,
by a request that a balancer may send to any node. What is measured is the upgrade alone.
"""

import asyncio
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

import aiohttp
import uvloop

from benchmarks import cores
from benchmarks.cpu import used
from benchmarks.making import WORKSPACE
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from benchmarks.sockets import CountingSocket, abort_sockets
from tests.support.tokens import token

SESSIONS = 500
AT_ONCE = 20
"""Upgrades that are on their way at a time."""

PATIENCE = 60.0

_NOTHING = "6"
"""The packet of Engine.IO by which a poll returns so that its client can switch."""

_SESSION_ID = re.compile(r'"sid":"([^"]+)"')


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    count = max(10, int(SESSIONS * plan.scale))
    with kanal(server_url) as opened, kanal(server_url, opened.database) as other:
        nodes = (opened, other)
        yield [
            Contender("another node", "ours", partial(_trial, nodes, other.url, count)),
            Contender("its own node", "peer", partial(_trial, nodes, opened.url, count)),
        ]


def _trial(nodes: Sequence[Server], upgraded_at: str, count: int, _: Plan) -> Sample:
    with cores.pinned(cores.LOAD):
        return uvloop.run(_measured(nodes, upgraded_at, count))


async def _measured(nodes: Sequence[Server], upgraded_at: str, count: int) -> Sample:
    access = token("bench", (WORKSPACE,), ttl=86_400)
    async with aiohttp.ClientSession(
        nodes[0].url,
        connector=aiohttp.TCPConnector(limit=0),
        headers={"Authorization": f"Bearer {access}"},
        raise_for_status=True,
    ) as http:
        polling = [await _Polling.open(http, access) for _ in range(count)]
        upgrades = _Upgrades(polling)
        try:
            taken = await used(nodes, upgrades.run(http, upgraded_at))
        finally:
            abort_sockets(upgrades.sockets)
    return Sample(count / taken, {"CPU µs each": taken / count * 1_000_000})


class _Polling:
    """A session that has authenticated over long-polling, with a poll that stands open."""

    def __init__(self, http: aiohttp.ClientSession, path: str, session_id: str) -> None:
        self._http = http
        self._path = f"{path}&sid={session_id}"
        self.session_id = session_id

    @classmethod
    async def open(cls, http: aiohttp.ClientSession, access: str) -> "_Polling":
        path = "/socket.io/?EIO=4&transport=polling"
        async with http.get(path) as opened:
            found = _SESSION_ID.search(await opened.text())
        assert found is not None
        self = cls(http, path, found[1])
        async with http.post(self._path, data=f'40{{"token":"{access}"}}'):
            pass
        while "auth-success" not in await self._polled():
            pass
        self.poll = asyncio.create_task(self._polled())
        return self

    async def _polled(self) -> str:
        async with self._http.get(self._path) as answer:
            return await answer.text()


class _Upgrades:
    """The upgrades of sessions, until all of them hear over their WebSockets what happens."""

    def __init__(self, polling: Sequence[_Polling]) -> None:
        self._polling = polling
        self.sockets = [CountingSocket(self._heard) for _ in polling]
        self._silent = len(self.sockets)
        self._all_hear = asyncio.Event()

    async def run(self, http: aiohttp.ClientSession, url: str) -> None:
        """Upgrade all of them, and create a channel for them to hear of."""
        waiting = iter(zip(self.sockets, self._polling, strict=True))

        async def upgrade_next() -> None:
            for each, polling in waiting:
                await each.take_over(url, polling.session_id, polling.poll)
                assert polling.poll.result() == _NOTHING, "a session was too old"

        async with asyncio.timeout(PATIENCE):
            async with asyncio.TaskGroup() as tasks:
                for _ in range(AT_ONCE):
                    tasks.create_task(upgrade_next())
            path = f"/workspaces/{WORKSPACE}/channels"
            async with http.post(path, json={"name": str(uuid4())}):
                pass
            await self._all_hear.wait()

    def _heard(self, each: CountingSocket, frames: int) -> None:
        if each.frames == frames:
            self._silent -= 1
            if not self._silent:
                self._all_hear.set()


ROW = Row(
    name="moves",
    title="Upgrades that come to another node",
    unit="upgrades a second of CPU",
    about=f"{SESSIONS} sessions that were opened over long-polling and have authenticated, each"
    f" with a poll open, are upgraded, {AT_ONCE} on their way at a time: from the WebSocket's"
    " handshake, over probe, answered poll and switch, until each hears over it of a channel that"
    " is created. At another node than the session's own, which moves it there, and at its own."
    " CPU of both nodes together; at another node it is to be at least 1,000 a second.",
    contenders=_contenders,
)
