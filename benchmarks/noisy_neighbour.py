"""The row `noisy-neighbour`: what a light user notices of another who floods the service."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial

import uvloop

from benchmarks import cores
from benchmarks.floods import FLOODS, Flood
from benchmarks.hearing import WORKSPACE, Hearing, milliseconds
from benchmarks.long_log import copy_channels
from benchmarks.measure import Contender, Plan, Row, Sample
from benchmarks.servers import Server, kanal
from tests.support.postgres import create_database
from tests.support.tokens import token

CHANNELS = 25_000
"""In the log, two positions each, in ten workspaces; the flood is of one user, in two of them."""

RATE = 30.0
"""Channels a second that the light user creates."""

SECONDS = 2.5
"""Times as long as the trials of other rows: a percentile needs many."""

_LIMITS = {
    "with the defaults": {
        "rate_commands": "", "rate_auth": "", "max_connections_per_user": "", "max_channels": "",
    },
    "without limits": {"rate_commands": "off", "rate_auth": "off"},
}  # fmt: skip


@contextmanager
def _contenders(server_url: str, plan: Plan) -> Iterator[list[Contender]]:
    found = []
    with ExitStack() as stack:
        for number, (said, settings) in enumerate(_LIMITS.items()):
            database = create_database(server_url)
            uvloop.run(copy_channels(database, max(20, int(plan.scale * CHANNELS)), 10))
            server = stack.enter_context(
                kanal(server_url, database, trusted_proxies="127.0.0.0/8", **settings)
            )
            role = "floor" if number else "ours"
            found.append(Contender(f"alone, {said}", role, partial(_trial, server, None)))
            found += [
                Contender(f"{flood}, {said}", "peer", partial(_trial, server, flood))
                for flood in FLOODS
            ]
        yield found


def _trial(server: Server, flood: str | None, plan: Plan) -> Sample:
    workspaces = (WORKSPACE, "w0", "w1")
    with (
        cores.pinned(cores.LOAD),
        nullcontext() if flood is None else Flood(flood, server.url, workspaces),
    ):
        return uvloop.run(_hear(server, plan))


async def _hear(server: Server, plan: Plan) -> Sample:
    hearing = Hearing(server.url, token("light", (WORKSPACE,), ttl=86_400))
    await hearing.create(RATE, lambda seconds: seconds > plan.warm_up)
    hearing.forget()
    await hearing.create(RATE, lambda seconds: seconds > plan.seconds * SECONDS)
    p50, p99 = milliseconds(hearing.latencies)
    return Sample(value=p50, columns={"p99 ms": p99})


ROW = Row(
    name="noisy-neighbour",
    title="A light user beside one who floods",
    unit="p50 ms",
    about=f"{RATE:g} channels a second are created by one user over HTTP, whose socket hears of"
    " them; the clock of each runs from when its request was due. Beside them another user, from"
    " another address, does one thing as often as 200 connections can: creates channels,"
    " authenticates with bad tokens, resumes from position 1 of 50,000, and with 100 connections"
    " asks for the list as it was, or opens 2,000 and stays silent; whoever is refused asks again"
    " at once. The ratio is how many times as long it takes as alone.",
    contenders=_contenders,
    rounds=1,
    less_is_better=True,
)
