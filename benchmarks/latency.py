"""The rows `heard-light` and `heard-busy`: from the request for a channel to hearing of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import uvloop

from benchmarks import cores
from benchmarks.create_http import CONNECTIONS
from benchmarks.hearing import WORKSPACE, Hearing, milliseconds
from benchmarks.load import create_channels
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, bare_create, kanal, naive
from tests.support.tokens import token

LIGHT = 50.0
"""Channels a second."""

SECONDS = 2
"""Times as long as the trials of other rows: a percentile needs many."""


@contextmanager
def _light(server_url: str, _: Plan) -> Iterator[list[Contender]]:
    with kanal(server_url) as ours, naive(server_url) as theirs, bare_create(server_url) as floor:
        yield [
            Contender("Kanal", "ours", partial(_trial, ours, LIGHT)),
            Contender("naive service", "peer", partial(_trial, theirs, LIGHT), 2),
            Contender("one insert", "floor", partial(_trial, floor, LIGHT), 1),
        ]


@contextmanager
def _busy(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    with kanal(server_url) as ours:
        target = f"{ours.url}/workspaces/{WORKSPACE}/channels"
        peak = create_channels(target, _access(), CONNECTIONS, plan).value
        yield [
            Contender("half of the peak", "ours", partial(_trial, ours, peak / 2)),
            Contender("light load", "floor", partial(_trial, ours, LIGHT), 1 / 3),
        ]


def _access() -> str:
    return token("bench", (WORKSPACE,), ttl=86_400)


def _trial(server: Server, rate: float, plan: Plan) -> Sample:
    with cores.pinned(cores.LOAD):
        return uvloop.run(_hear(server, rate, plan))


async def _hear(server: Server, rate: float, plan: Plan) -> Sample:
    hearing = Hearing(server.url, _access())
    await hearing.create(rate, lambda seconds: seconds > plan.warm_up)
    hearing.forget()
    began = time.perf_counter()
    busy = time.process_time()
    await hearing.create(rate, lambda seconds: seconds > plan.seconds * SECONDS)
    seconds = time.perf_counter() - began
    p50, p99 = milliseconds(hearing.latencies)
    return Sample(
        value=p99,
        columns={
            "p50 ms": p50,
            "creates a second": len(hearing.latencies) / seconds,
            "generator busy %": (time.process_time() - busy) / seconds * 100,
        },
    )


ROWS = [
    Row(
        name="heard-light",
        title="From the request to hearing of it, light load",
        unit="p99 ms",
        about=f"{LIGHT:g} channels a second are created over HTTP, and one socket hears of"
        " them; the clock of each runs from when its request was due.",
        findings="The floor is one insert on the same libraries, with its commit: there is no"
        " half of the naive service's time to be had. What paid: a node's own commit"
        " wakes its followers, instead of the notification that comes back from"
        " Postgres, read models do not wait for the disk beside it, and sockets are told"
        " before those are written.",
        contenders=_light,
        less_is_better=True,
    ),
    Row(
        name="heard-busy",
        title="From the request to hearing of it, half of the peak",
        unit="p99 ms",
        about="The same at half of the rate that `create-http` reaches, beside a light load.",
        findings="Most of the time it takes as long as at a light load. In spells of about half a"
        " second it takes 15 to 25 ms and more, which is what it takes when all connections wait:"
        " then the machine does less than the rate, which is half of what it did while the peak was"
        " looked for. In a run by itself the 99th percentile was 19 ms, and no turn of the"
        " service's loop took 10 ms.",
        contenders=_busy,
        less_is_better=True,
    ),
]
