"""The requests of the Python kanal-client end, however strangely they are answered."""

import asyncio
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

import httpx
import pytest
from kanal_client import KanalError, requests
from kanal_client.commands import Commands
from kanal_client.listing import fetch_list
from kanal_client.reasons import Reasons
from kanal_client.requests import Request, Requests
from kanal_client.store import Store
from kanal_client.tokens import Tokens
from kanal_client.waiting import backoff

from tests.support.tcp_server import tcp_server

Writes = Callable[[asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def asked_of(write: Writes) -> AsyncIterator[Requests]:
    """Requests to what answers each of them so."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):  # the client has gone
            while await reader.readuntil(b"\r\n\r\n"):
                await write(writer)

    async with tcp_server(answer) as port, httpx.AsyncClient() as http:
        yield Requests(http, f"http://127.0.0.1:{port}/", Tokens(lambda: "token"), patience=0)


async def same_page(writer: asyncio.StreamWriter) -> None:
    body = b'{"channels":[],"history":[],"next":"again","position":0}'
    head = f"HTTP/1.1 200 OK\r\nX-Log-ID: L\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()


async def byte_by_byte(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1\r\n \r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


async def test_a_list_whose_pages_go_in_circles_is_none_of_the_service() -> None:
    async with asked_of(same_page) as there:
        listing = fetch_list(
            there, "demo", token="token", log="L", position=0, on_repeat=lambda _: None
        )
        with pytest.raises(KanalError) as refused:
            await listing
    assert refused.value.code == "wrong_url"


async def test_a_history_whose_pages_go_in_circles_is_none_of_the_service() -> None:
    async with asked_of(same_page) as there:
        history = Commands(there, "demo", lambda: None).history("id")
        with pytest.raises(KanalError) as refused:
            assert [entry async for entry in history] == []
    assert refused.value.code == "wrong_url"


async def test_an_answer_that_only_ever_goes_on_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(requests, "ANSWERED_WITHIN", 0.2)
    async with asked_of(byte_by_byte) as there:
        with pytest.raises(KanalError) as refused:
            await there.send(Request("GET", ("workspaces",)))
    assert refused.value.code == "unreachable"


@pytest.mark.parametrize("asked_for", [3_000_000.0, math.inf])
def test_nobody_is_kept_waiting_for_more_than_a_minute(asked_for: float) -> None:
    assert backoff(1, asked_for) == 60


@pytest.mark.parametrize("given", [b"bytes", None, 5])
async def test_what_is_no_string_is_no_token(given: Any) -> None:
    tokens = Tokens(lambda: cast(str, given))
    async with httpx.AsyncClient() as http:
        reasons = Reasons(Requests(http, "http://127.0.0.1/", tokens, 0), "demo", Store())
        with pytest.raises(KanalError) as refused:
            await reasons.fresh_token()
    assert refused.value.code == "token_unavailable"
    assert isinstance(refused.value.__cause__, TypeError)
