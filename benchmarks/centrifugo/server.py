"""The server as a contender's, and what it is asked besides: how far a channel is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx

from benchmarks.protocols import CENTRIFUGO, WORKSPACE
from benchmarks.servers import Server, running
from tests.support.tokens import SECRET

_CONFIG = Path(__file__).parents[1] / "peers" / "centrifugo" / "config.json"


@contextmanager
def centrifugo(program: Path) -> Iterator[Server]:
    """Centrifugo with its history in memory."""
    command = (str(program), "--config", str(_CONFIG), "--http_server.port", "{port}")
    with running(*command, CENTRIFUGO_CLIENT_TOKEN_HMAC_SECRET_KEY=SECRET) as server:
        yield replace(server, protocol=CENTRIFUGO)


async def publish_some(server: Server, count: int) -> dict[str, object]:
    """Publish so many channels; answers what a socket that has seen none comes back with."""
    async with httpx.AsyncClient(base_url=server.url) as http:
        before = await http.post("/api/history", json={"channel": WORKSPACE})
        seen = before.raise_for_status().json()["result"]
        target, body = server.protocol.emission(count)
        published = await http.post(target, content=body)
        assert "error" not in published.raise_for_status().text
    return {"channel": WORKSPACE, "offset": seen.get("offset", 0), "epoch": seen["epoch"]}
