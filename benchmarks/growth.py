"""The row `growth`: the same with a thousand channels and with a million."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median

import httpx
import uvloop

from benchmarks import cores
from benchmarks.connect import connect_sockets
from benchmarks.create_http import CONNECTIONS
from benchmarks.hearing import Hearing, milliseconds
from benchmarks.listeners import Listening, listeners
from benchmarks.load import create_channels
from benchmarks.long_log import EVENTS_OF_A_CHANNEL, copy_channels
from benchmarks.making import WORKSPACE as EVENTS_IN
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from benchmarks.sockets import CountingSocket
from persistence.read_models.checkpoints import set_checkpoint
from projections.channel_list.projection import ChannelListProjection
from projections.running.rebuild import rebuild
from projections.snapshots import ChannelSnapshots
from scripts.cli.open_log import open_log
from tests.support.postgres import create_database
from tests.support.tokens import token
from transport.http.request import encode_cursor

WORKSPACE = "w0"
"""The one that the long log has."""

MANY = 1_000_000
FEW = 1_000

PAGES = 50
"""Pages of the list that are read, at the start of it and in its middle."""

MISSED = 500
"""Channels that were created while a client was away; a quarter of them are private."""

TOLD = MISSED - MISSED // 4

RESUMES = 15
SOCKETS = 500
LIGHT = 50.0
PATIENCE = 60.0


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    many = max(2 * FEW, int(plan.scale * MANY))
    with _filled(server_url, many) as large, _filled(server_url, FEW) as small:
        yield [
            Contender(f"{many:,} channels", "ours", partial(_trial, large, many)),
            Contender(f"{FEW:,} channels", "floor", partial(_trial, small, FEW), 0.8),
        ]


@contextmanager
def _filled(server_url: str, channels: int) -> Iterator[Server]:
    database = create_database(server_url)
    uvloop.run(_fill(database, channels))
    with kanal(server_url, database) as server:
        yield server


async def _fill(url: str, channels: int) -> None:
    """A log of so many channels in one workspace, and what is read of it."""
    await copy_channels(url, channels, workspaces=1)
    async with open_log(url) as opened:
        async for _ in rebuild(opened.database, opened.log, ChannelListProjection()):
            pass
        async with opened.database.acquire() as connection:
            head = EVENTS_OF_A_CHANNEL * channels
            await set_checkpoint(connection, ChannelSnapshots.model, head)  # no channel needs one
            await connection.execute("VACUUM ANALYZE", timeout=600)


def _trial(server: Server, channels: int, plan: Plan) -> Sample:
    access = token("bench", (WORKSPACE,), ttl=86_400)
    target = f"{server.url}/workspaces/{WORKSPACE}/channels"
    creating = create_channels(target, access, CONNECTIONS, plan)
    with cores.pinned(cores.LOAD):
        columns = uvloop.run(_read(server, access, channels, plan))
        connecting = uvloop.run(connect_sockets(server, [access] * SOCKETS))
    listening = Listening(server, token("bench", (EVENTS_IN,), ttl=86_400), SOCKETS, 1)
    with listeners(listening) as listen:
        delivering = listen(plan)
    return Sample(
        creating.value,
        {
            "create p99 ms": creating.columns["p99 ms"],
            **columns,
            "connects a second": connecting.value,
            "deliveries a second": delivering.value,
        },
    )


async def _read(server: Server, access: str, channels: int, plan: Plan) -> dict[str, float]:
    async with httpx.AsyncClient(
        base_url=f"{server.url}/workspaces/{WORKSPACE}/channels",
        headers={"Authorization": f"Bearer {access}"},
        timeout=PATIENCE,
    ) as http:
        answer = await http.post("", json={"name": f"{time.time_ns()}"})
        head = answer.json()["position"]
        seconds: dict[str, list[float]] = {"first page ms": [], "middle page ms": []}
        for _ in range(PAGES):
            for kind, place in zip(seconds, (0, channels), strict=True):
                began = time.perf_counter()
                page = await http.get("", params={"limit": 50, "after": encode_cursor(place)})
                seconds[kind].append(time.perf_counter() - began)
                assert len(page.json()["channels"]) == 50
    resumed = [await _resume(server, access, head - 2 * MISSED) for _ in range(RESUMES)]
    hearing = Hearing(server.url, access, WORKSPACE)
    await hearing.create(LIGHT, lambda seconds: seconds > plan.seconds)
    return {
        **{kind: median(found) * 1000 for kind, found in seconds.items()},
        "first resume ms": resumed[0] * 1000,
        "resume ms": median(resumed) * 1000,
        "heard p50 ms": milliseconds(hearing.latencies)[0],
    }


async def _resume(server: Server, access: str, position: int) -> float:
    """Seconds until a client that had read up to there is told what it missed."""
    began = time.perf_counter()
    is_told = asyncio.Event()

    def heard(socket: CountingSocket, _: int) -> None:
        if socket.frames >= TOLD:
            is_told.set()

    socket = CountingSocket(heard)
    async with asyncio.timeout(PATIENCE):
        await socket.open(server.url, access, position=position)
        await is_told.wait()
    socket.abort()
    return time.perf_counter() - began


ROW = Row(
    name="growth",
    title="A million channels",
    unit="creates a second",
    about=f"The same with {MANY:,} channels in a workspace as with {FEW:,}: creates over HTTP"
    f" ({CONNECTIONS} connections), pages of 50 of the list (the first one and one in the middle),"
    f" clients that come back one after the other and are told {TOLD} channels each (the first one"
    " finds no pages ready), how long a channel takes from its"
    f" request to being heard of, at a light load, {SOCKETS} sockets that connect, and one event at"
    " a time to them.",
    contenders=_contenders,
    rounds=2,
)
