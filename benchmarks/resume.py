"""The row `resume`: many clients that come back together, each a thousand positions behind."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from statistics import quantiles

import httpx
import uvloop
from websockets.asyncio.client import ClientConnection, connect

from benchmarks import cores
from benchmarks.measure import Contender, Plan, Row, Sample
from tests.support.engine_io import websocket_url
from tests.support.postgres import create_database
from tests.support.service import running_service
from tests.support.tokens import token

CLIENTS = 1_000
BEHIND = 1_000
"""Positions; a channel takes two, one of them its name's."""

WORKSPACE = "bench"
LIVE_RATE = 50
"""Channels a second that are created meanwhile, for one socket that is level."""

PATIENCE = 120.0


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    clients, behind = (max(4, int(plan.scale * number)) for number in (CLIENTS, BEHIND))
    names = count()
    with cores.pinned(cores.SERVER):
        service = running_service(create_database(server_url))
        with service as kanal:
            trial = partial(_trial, kanal.url, behind, names)
            yield [
                Contender("all come back", "ours", partial(trial, clients)),
                Contender("one comes back", "floor", partial(trial, 1)),
            ]


def _trial(url: str, behind: int, names: "count[int]", clients: int, plan: Plan) -> Sample:
    with cores.pinned(cores.LOAD):
        return uvloop.run(_come_back(url, behind, names, clients))


async def _come_back(url: str, behind: int, names: "count[int]", clients: int) -> Sample:
    access = token("bench", (WORKSPACE,), ttl=86_400)
    async with httpx.AsyncClient(
        base_url=f"{url}/workspaces/{WORKSPACE}/channels",
        headers={"Authorization": f"Bearer {access}"},
        timeout=PATIENCE,
    ) as http:

        async def create() -> int:
            response = await http.post("", json={"name": f"{time.time_ns()}-{next(names)}"})
            position: int = response.json()["position"]
            return position

        place = await create() + 1
        for _ in range(behind // 2):
            head = await create()
        latencies: list[float] = []
        live = await _socket(url, access)
        creating = asyncio.create_task(_live(live, create, latencies))
        began = time.perf_counter()
        await asyncio.gather(*(_level(url, access, place, head) for _ in range(clients)))
        seconds = time.perf_counter() - began
        creating.cancel()
        with suppress(asyncio.CancelledError):
            await creating
        await live.close()
    worst = quantiles(latencies, n=100)[98] if len(latencies) > 1 else 0.0
    return Sample(
        value=clients * (behind // 2) / seconds,
        columns={
            "seconds until all are level": seconds,
            "live p50 ms": quantiles(latencies, n=2)[0] * 1000 if len(latencies) > 1 else 0.0,
            "live p99 ms": worst * 1000,
            "live events": len(latencies),
        },
    )


async def _socket(url: str, access: str, position: int | None = None) -> ClientConnection:
    connection = await connect(
        websocket_url(url), ping_interval=None, max_size=None, open_timeout=PATIENCE
    )
    claim = "" if position is None else f',"position":{position}'
    await connection.recv()
    await connection.send(f'40{{"token":"{access}"{claim}}}')
    return connection


async def _level(url: str, access: str, position: int, head: int) -> None:
    """Come back and read up to the head."""
    connection = await _socket(url, access, position)
    async with asyncio.timeout(PATIENCE):
        while f'"position":{head}}}' not in str(await connection.recv()):
            pass
    await connection.close()


async def _live(live: ClientConnection, create: object, latencies: list[float]) -> None:
    """Create at a steady rate and note how long each channel takes to be heard."""
    due = time.perf_counter()
    while True:
        due += 1 / LIVE_RATE
        await asyncio.sleep(max(0, due - time.perf_counter()))
        began = time.perf_counter()
        position = await create()  # type: ignore[operator]
        while f'"position":{position}}}' not in str(await live.recv()):
            pass
        latencies.append(time.perf_counter() - began)


ROW = Row(
    name="resume",
    title="Clients that come back together",
    unit="channels told a second",
    about=f"{CLIENTS:,} clients connect at once over WebSocket, each {BEHIND:,} positions behind"
    f" ({BEHIND // 2} channels and their names), until all are level. Meanwhile {LIVE_RATE}"
    " channels a second are created, and one socket that is level notes how long each takes from"
    " the request to being heard. Beside it, the same with one client that comes back.",
    contenders=_contenders,
    rounds=3,
)
