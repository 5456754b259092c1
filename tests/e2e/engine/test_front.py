"""How a connection begins: the handshake of stock clients is served before Sanic sees it, and
whoever sends it in another way is served, or refused, alike."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from sanic.request import Request

from tests.support.clients import PATIENCE, js_client, py_client
from tests.support.engine_io import HANDSHAKE, engine_http, websocket
from tests.support.in_process import service_in_process
from tests.support.service import RunningService, running_service
from tests.support.tokens import token
from transport.socketio.engine import EngineServer

CONNECT = b"\x81\x82\0\0\0\0" + b"40"
"""As a masked frame (RFC 6455, 5.2)."""

AT_ONCE = 50

WHOLE, IN_PIECES = [HANDSHAKE], [HANDSHAKE[:40], HANDSHAKE[40:]]
WAYS = {
    "whole": [*WHOLE, CONNECT],
    "in pieces": [*IN_PIECES, CONNECT],
    "with what follows": [HANDSHAKE + CONNECT],
    "with an argument that is encoded": [HANDSHAKE.replace(b"=4", b"=%34"), CONNECT],
    "with a header twice": [HANDSHAKE.replace(b"Host", b"X-A: b\r\nX-A: c\r\nHost"), CONNECT],
}


@asynccontextmanager
async def connection(
    url: str, sent: Sequence[bytes], *, apart: bool = True
) -> AsyncIterator[asyncio.StreamReader]:
    """What comes back where these bytes are sent, one after the other."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    async with asyncio.timeout(PATIENCE):
        for data in sent:
            writer.write(data)
            await asyncio.sleep(0.05 if apart else 0)  # so that the two come one after the other
        yield reader
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("sent", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("apart", [True, False])
async def test_a_websocket_opens_however_its_handshake_comes(
    service: RunningService, sent: Sequence[bytes], apart: bool
) -> None:
    async with connection(service.url, sent, apart=apart) as reader:
        assert await reader.readuntil(b"\r\n") == b"HTTP/1.1 101 Switching Protocols\r\n"
        await reader.readuntil(b"\r\n\r\n")
        opened = await reader.readuntil(b"}")
        assert json.loads(opened[opened.index(b"{") :])["upgrades"] == []
        assert b"40{" in await reader.readuntil(b"}")
    assert service.troubles == ""


async def answer(url: str, sent: Sequence[bytes]) -> tuple[bytes, bytes]:
    """The status line and the body."""
    async with connection(url, sent) as reader:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
        body = await reader.readexactly(int(lines[b"content-length"]))
        return head.split(b"\r\n")[0], body


async def test_the_page_of_another_site_is_refused_however_its_handshake_comes(
    service: RunningService,
) -> None:
    origin = b"Origin: https://evil.example\r\nHost"
    whole, pieces = ([each.replace(b"Host", origin) for each in way] for way in (WHOLE, IN_PIECES))
    refused = await answer(service.url, whole)
    assert b" 403 " in refused[0] and b"origin_not_allowed" in refused[1]
    assert await answer(service.url, pieces) == refused


async def test_a_full_node_refuses_however_a_handshake_comes(database_url: str) -> None:
    with running_service(database_url, max_connections="1") as service:
        async with websocket(service.url):
            refused = await answer(service.url, WHOLE)
            assert b" 503 " in refused[0] and b"as many connections as it may have" in refused[1]
            assert await answer(service.url, IN_PIECES) == refused
        assert service.troubles == ""


async def test_an_address_that_has_used_up_what_it_has_is_refused_however_it_asks(
    database_url: str,
) -> None:
    with running_service(database_url, rate_auth="1/hour") as service:
        for _ in range(100):  # as many may come at once
            async with connection(service.url, WHOLE, apart=False) as reader:
                await reader.readuntil(b"upgrades")
        for way in (WHOLE, IN_PIECES):
            assert b" 429 " in (await answer(service.url, way))[0]
        assert service.troubles == ""


async def test_what_many_send_while_they_are_opened_is_served(service: RunningService) -> None:
    """They are opened one by one; none waits for the answer to its handshake."""
    address = urlsplit(service.url)
    ways = [await asyncio.open_connection(address.hostname, address.port) for _ in range(AT_ONCE)]
    for sent in (HANDSHAKE, CONNECT):
        for _, writer in ways:
            writer.write(sent)
        await asyncio.sleep(0)
    async with asyncio.timeout(PATIENCE):
        for reader, writer in ways:
            await reader.readuntil(b"40{")
            writer.close()
    assert service.troubles == ""


async def test_stock_clients_are_served_at_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    general = EngineServer.handle_request

    async def see(server: EngineServer, request: Request) -> Any:
        seen.append(request.url)
        return await general(server, request)

    see.is_websocket = True  # type: ignore[attr-defined]  # as Sanic asks
    monkeypatch.setattr(EngineServer, "handle_request", see)
    async with service_in_process(database_url) as (_, url):
        for client in (js_client, py_client):
            for transports in (["websocket"], ["polling", "websocket"]):
                async with client(url, transports=transports) as one:
                    await one.auth(token("bob", ("demo",)))
        async with py_client(url, transports=["polling"]) as one:
            await one.auth(token("bob", ("demo",)))
        assert seen == []
        async with engine_http(url) as http:
            assert (await http.get("", params={"sid": "made-up"})).status_code == 400
        assert seen != []
