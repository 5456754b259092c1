"""The row `tracing`: what it costs to trace creates, and what it costs not to."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from unittest.mock import patch

from benchmarks.create_http import CONNECTIONS, WORKSPACE
from benchmarks.load import create_channels
from benchmarks.measure import Contender, Plan, Role, Row
from benchmarks.servers import kanal
from tests.support.collector import collecting
from tests.support.tokens import token


@contextmanager
def _contenders(server_url: str, _: Plan) -> Iterator[list[Contender]]:
    access = token("bench", (WORKSPACE,), ttl=86_400)

    def contender(name: str, role: Role, url: str) -> Contender:
        target = f"{url}/workspaces/{WORKSPACE}/channels"
        return Contender(name, role, partial(create_channels, target, access, CONNECTIONS))

    with (
        collecting() as collector,
        patch.dict(os.environ, OTEL_EXPORTER_OTLP_ENDPOINT=collector.url),
        kanal(server_url) as off,
        kanal(server_url) as off_too,
        kanal(server_url, traces="0.01") as some,
        kanal(server_url, traces="1") as all_of_them,
    ):
        yield [
            contender("off", "ours", off.url),
            contender("off, another service", "floor", off_too.url),
            contender("1 of 100 traced", "peer", some.url),
            contender("all traced", "peer", all_of_them.url),
        ]


ROW = Row(
    name="tracing",
    title="Channels created over HTTP, traced",
    unit="creates a second",
    about=f"{CONNECTIONS} keep-alive connections; the spans go to a collector on the other core."
    " Off, none of the tracing is imported, so another service with the same settings shows the"
    " noise.",
    contenders=_contenders,
)
