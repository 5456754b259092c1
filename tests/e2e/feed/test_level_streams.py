"""Streams that are level with the log, of a service in the test's own process: the delivery's news
are written to all of them, and who does not take them goes on alone."""

import asyncio
import itertools
import re
import socket
from contextlib import AsyncExitStack
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import pytest

from scripts.service.service import Service
from tests.support.background import eventually
from tests.support.channels import api, create_channel
from tests.support.clients import PATIENCE
from tests.support.feed import reading_all
from tests.support.feed_stream import CurlStream, curl_stream
from tests.support.in_process import service_in_process
from tests.support.tokens import token
from transport.http.feed import stream


async def are_level(service: Service, count: int) -> None:
    """Return once so many streams are level."""

    async def are() -> bool:
        return len(list(service.feed.level.index)) == count

    await eventually(are)


async def test_streams_that_are_level_are_told_without_reading_anything_themselves(
    database_url: str, workspace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("a stream reads by itself")

    async with service_in_process(database_url) as (service, url):
        async with AsyncExitStack() as stack:
            streams = [
                await stack.enter_async_context(curl_stream(url, access, query))
                for access, query in (
                    (token("bob", (workspace, "another")), ""),
                    (token("zoe", (workspace,)), "type=channel.created"),
                    (reading_all(), ""),
                    (reading_all(), f"workspace={workspace}"),
                    (token("bob", (f"{workspace}-beside",)), ""),
                )
            ]
            await are_level(service, len(streams))
            monkeypatch.setattr(service.feed.feed, "page", never)
            monkeypatch.setattr(service.feed.feed, "end", never)
            created = [await create_channel(url, workspace, str(number)) for number in range(3)]
            beside = await create_channel(url, f"{workspace}-beside", "beside")
            for each in streams[:-1]:
                await each.until(partial(has_told, each, workspace, created))
            assert [each["subject"] for each in await streams[-1].count(1)] == [beside["id"]]
            await are_level(service, len(streams))
        await are_level(service, 0)


async def test_a_stream_on_which_much_is_told_is_not_ended_for_want_of_an_answer(
    database_url: str, workspace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sanic knows nothing of what is written to streams that are level."""
    monkeypatch.setattr(stream, "COMMENT_INTERVAL", 0.2)
    async with service_in_process(database_url) as (service, url):
        service.app.config.RESPONSE_TIMEOUT = 6
        async with curl_stream(url, token("bob", (workspace,))) as busy:
            for number in itertools.count(1):
                await create_channel(url, workspace, f"{number}")
                await busy.count(number)
                if len(busy.comments) >= 50:
                    break


def has_told(said: CurlStream, workspace: str, created: list[Any]) -> bool:
    """Whether a stream has told of these channels of a workspace, and of nothing else there."""
    told = [each["subject"] for each in said.events if each["workspace"] == workspace]
    return told == [each["id"] for each in created]


async def test_a_reader_who_takes_nothing_for_a_while_goes_on_alone_and_becomes_level_again(
    database_url: str, workspace: str
) -> None:
    access = token("bob", (workspace,))
    async with (
        service_in_process(database_url) as (service, url),
        curl_stream(url, access) as quick,
        api(url, workspace) as http,
    ):
        with await _opened(url, access) as slow:
            await are_level(service, 2)
            path, number = f"/{(await http.post('', json={'name': 'long'})).json()['id']}", 0
            async with asyncio.timeout(3 * PATIENCE):
                while len(list(service.feed.level.index)) > 1:
                    number += 1
                    await http.patch(path, json={"description": f"{number} {'🙂' * 900}"})
            expected = [each["position"] for each in await quick.count(number + 1)]
            received, loop = b"", asyncio.get_running_loop()
            async with asyncio.timeout(PATIENCE):
                while len(told := re.findall(rb"\nid: \S+:(\d+)\ndata: ", received)) <= number:
                    received += await loop.sock_recv(slow, 2**20)
            assert [each.decode() for each in told] == expected
            await are_level(service, 2)


async def _opened(url: str, access: str) -> socket.socket:
    """A stream for which the kernel keeps little, and which is not read from."""
    parts, slow = urlsplit(url), socket.socket()
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    slow.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(slow, (parts.hostname, parts.port))
    request = f"GET /log/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {access}\r\n\r\n"
    await loop.sock_sendall(slow, request.encode())
    return slow
