"""Streams of the feed, with a real curl: what happens is told as it happens, and where one ends,
why it does."""

import signal
import socket
from typing import Any

import httpx
import pytest

from tests.support.background import eventually
from tests.support.channels import api, create_channel
from tests.support.clients import PATIENCE
from tests.support.feed import read_feed, reading_all
from tests.support.feed_stream import curl_stream
from tests.support.http import bearer, http_client
from tests.support.returning import SOON
from tests.support.revoking import revoke
from tests.support.service import RunningService, free_port, running_service
from tests.support.tokens import token
from transport.http.feed.stream import COMMENT_INTERVAL

STREAM = "/log/stream"


async def test_a_stream_goes_on_from_a_position_and_tells_what_happens_then(
    service: RunningService, workspace: str
) -> None:
    access = token("bob", (workspace,))
    first = await create_channel(service.url, workspace, "first")
    await create_channel(service.url, workspace, "second")
    async with curl_stream(service.url, access, f"after={first['position']}") as stream:
        await stream.count(1)
        for name in ("third", "fourth"):
            await create_channel(service.url, workspace, name)
        events = await stream.count(3)
        names = [each["data"]["channel"]["name"] for each in events]
        assert names == ["second", "third", "fourth"]
        assert events == await read_feed(service.url, access, after=first["position"])
        assert stream.last_id == events[-1]["id"]
        assert stream.comments[0].endswith(f":{first['position']}")


async def test_what_is_wanted_alone_is_told(service: RunningService, workspace: str) -> None:
    async with (
        curl_stream(service.url, reading_all(), f"workspace={workspace}") as one,
        curl_stream(
            service.url, reading_all(), f"workspace={workspace}&type=channel.deleted"
        ) as ends,
        curl_stream(service.url, token("zoe", (f"{workspace}-beside",))) as beside,
    ):
        await one.until(lambda: one.comments)
        await create_channel(service.url, f"{workspace}-beside", "beside")
        channel = await create_channel(service.url, workspace, "here")
        async with api(service.url, workspace) as http:
            await http.delete(f"/{channel['id']}")
        assert [each["workspace"] for each in await one.count(2)] == [workspace] * 2
        assert [each["type"] for each in await ends.count(1)] == ["channel.deleted"]
        assert len(await beside.count(1)) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_a_stream_over_a_restart_goes_on_and_misses_nothing(
    database_url: str, workspace: str, number: int
) -> None:
    port, access, told, created = str(free_port()), token("bob", (workspace,)), [], []
    last_id = ""
    for life in range(3):
        with running_service(database_url, port=port) as service:
            async with curl_stream(service.url, access, last_id=last_id) as stream:
                for name in range(3):
                    channel = await create_channel(service.url, workspace, f"{life} {name}")
                    created.append(channel["id"])
                await stream.count(1)
                service.stop(number)
                await stream.until(lambda: stream.is_over)
                if number == signal.SIGTERM:
                    assert stream.ends[0]["code"] == "unavailable"
            told += stream.events
            last_id = stream.last_id or last_id
    with running_service(database_url, port=port) as service:
        async with curl_stream(service.url, access, last_id=last_id) as stream:
            await stream.until(lambda: len(told) + len(stream.events) >= len(created))
        told += stream.events
        assert [each["subject"] for each in told] == created
        assert told == await read_feed(service.url, access)
        assert service.troubles == ""


async def test_a_stream_ends_where_its_token_does(service: RunningService, workspace: str) -> None:
    ttl = SOON
    while True:
        access = token("bob", (workspace,), ttl=ttl)
        async with curl_stream(service.url, access) as stream:
            await stream.until(lambda: stream.is_over, within=ttl + PATIENCE)
            if stream.comments:
                break
        ttl *= 4  # a busy machine: it had expired before the stream began
    assert [each["code"] for each in stream.ends] == ["token_expired"]


async def test_a_stream_ends_where_access_is_taken_back_and_tells_nothing_beyond(
    service: RunningService, workspace: str
) -> None:
    user, beside = f"user of {workspace}", f"{workspace}-beside"
    access = token(user, (workspace, beside))
    async with curl_stream(service.url, access) as stream:
        await create_channel(service.url, workspace, "before")
        await stream.count(1)
        await revoke(service.url, user, workspace)
        await create_channel(service.url, workspace, "after")
        seen = await create_channel(service.url, beside, "seen")
        assert [each["subject"] for each in (await stream.count(2))[1:]] == [seen["id"]]
        await revoke(service.url, user, None)
        await create_channel(service.url, beside, "unseen")
        await stream.until(lambda: stream.is_over)
        assert [each["code"] for each in stream.ends] == ["access_revoked"]
        assert len(stream.events) == 2


async def test_what_is_refused_is_refused_as_a_request(
    service: RunningService, workspace: str
) -> None:
    headers = bearer(token("bob", (workspace,)))
    with http_client(service.url) as http:
        assert http.get(STREAM).status_code == 401
        another = "00000000-0000-4000-8000-000000000000:1"
        gone = http.get(STREAM, headers={**headers, "Last-Event-ID": another})
        assert (gone.status_code, gone.json()["code"]) == (410, "position_gone")
        beyond = http.get(STREAM, headers=headers, params={"after": 2**62})
        assert (beyond.status_code, beyond.json()["code"]) == (410, "position_gone")
        foreign = http.get(STREAM, headers=headers, params={"workspace": "another"})
        assert (foreign.status_code, foreign.json()["code"]) == (403, "forbidden")
        head = http.head(STREAM, headers=headers)
        assert (head.status_code, head.headers["content-type"]) == (200, "text/event-stream")
    assert service.troubles == ""


async def test_streams_count_as_connections_of_their_user(
    database_url: str, workspace: str
) -> None:
    with running_service(database_url, max_connections_per_user="2") as service:
        access = token("bob", (workspace,))

        async def status() -> int:
            async with (
                httpx.AsyncClient(timeout=PATIENCE) as http,
                http.stream("GET", f"{service.url}/log/stream", headers=bearer(access)) as answer,
            ):
                return answer.status_code

        async with curl_stream(service.url, access) as one:
            await one.until(lambda: one.comments)
            async with curl_stream(service.url, access) as two:
                await two.until(lambda: two.comments)
                assert await status() == 429
            await eventually(lambda: _is(status(), 200))


async def _is(answer: Any, expected: Any) -> bool:
    return bool(await answer == expected)


async def test_a_reader_that_reads_nothing_is_let_go_and_holds_nobody_up(
    database_url: str, workspace: str
) -> None:
    access = token("bob", (workspace,))
    request = f"GET /log/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {access}\r\n\r\n"
    with running_service(database_url) as service, socket.socket() as stalled:
        host, port = service.url.removeprefix("http://").split(":")
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        stalled.connect((host, int(port)))
        stalled.sendall(request.encode())
        async with (
            curl_stream(service.url, access) as stream,
            api(service.url, workspace) as http,
        ):
            path = f"/{(await http.post('', json={'name': 'long'})).json()['id']}"
            for number in range(600):
                await http.patch(path, json={"description": f"{number} {'🙂' * 900}"})
            await stream.count(601)

        async def is_let_go() -> bool:
            return "a stream of 'bob' is let go" in service.output

        await eventually(is_let_go, within=40)


async def test_a_page_and_a_stream_hold_the_same(service: RunningService, workspace: str) -> None:
    """Also where the stream begins far behind the end of the log."""
    async with api(service.url, workspace) as http:
        for number in range(40):
            channel = (await http.post("", json={"name": str(number)})).json()
            for step in range(15):
                await http.patch(f"/{channel['id']}", json={"name": f"{number} {step}"})
    access = token("bob", (workspace,))
    pages = await read_feed(service.url, access)
    async with curl_stream(service.url, access) as stream:
        assert await stream.count(640) == pages


async def test_a_stream_on_which_nothing_is_told_says_up_to_where_it_has_looked(
    service: RunningService, workspace: str
) -> None:
    async with curl_stream(service.url, token("bob", (workspace,))) as stream:
        await stream.until(lambda: stream.comments)
        channel = await create_channel(service.url, f"{workspace}-beside", "beside")

        def has_looked() -> bool:
            return int(stream.comments[-1].rpartition(":")[2]) >= channel["position"]

        await stream.until(has_looked, within=COMMENT_INTERVAL + PATIENCE)
        assert not stream.events
