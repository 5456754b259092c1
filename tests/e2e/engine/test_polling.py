"""Long-polling: every request is answered soon, and what it carries is served or refused."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import PATIENCE, js_client, py_client
from tests.support.deaf import deaf_way
from tests.support.engine_io import (
    CLOSE,
    CONNECT,
    NOOP,
    SEPARATOR,
    PollingSession,
    engine_http,
    event,
    polling,
)
from tests.support.in_process import service_in_process
from tests.support.service import RunningService
from tests.support.tokens import token
from transport.socketio import polled

W = "polling"


@pytest.fixture
async def session(service: RunningService) -> AsyncIterator[PollingSession]:
    """A session that has authenticated, in a service that has no trouble with it."""
    async with polling(service.url) as session:
        await session.auth(token("bob", (W,)))
        yield session
    assert service.troubles == ""


async def check_works(session: PollingSession) -> None:
    await session.send(event("no-such-event", ack=999))
    assert (await session.ack(999))["error"]["code"] == "unknown_event"


def unknown_events(count: int) -> list[str]:
    return [event("no-such-event", ack=number) for number in range(count)]


async def test_what_a_payload_brings_about_comes_in_one_answer(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polled, "TOGETHER", PATIENCE)
    async with service_in_process(database_url) as (_, url), polling(url) as session:
        opened = await session.open_get()
        await session.send(CONNECT + json.dumps({"token": token("bob", (W,))}))
        packets = (await opened).text.split(SEPARATOR)
        assert [packet.partition("{")[0] for packet in packets] == [CONNECT, '42["auth-success",']
        await session.post(CLOSE)


async def test_an_answer_does_not_wait_long_for_a_payload(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service_in_process(database_url) as (service, url), polling(url) as session:
        monkeypatch.setattr(service.sockets.events, "event", _never)
        opened = await session.open_get()
        posted = asyncio.create_task(session.post(CONNECT + json.dumps({"token": token()})))
        assert (await opened).text.startswith(CONNECT)
        assert not posted.done()
        posted.cancel()
        await asyncio.wait([posted])
        await session.post(CLOSE)


async def _never(*_: object) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize("count", [17, 200, 2_000])
async def test_all_packets_of_a_payload_are_served_in_order(
    session: PollingSession, count: int
) -> None:
    await session.send(*unknown_events(count))
    await session.ack(count - 1)
    acks = [packet for packet in session.received if packet.startswith("43")]
    assert [ack.partition("[")[0] for ack in acks] == [f"43{number}" for number in range(count)]


async def test_all_that_a_stock_client_emits_in_one_breath_is_served(
    service: RunningService,
) -> None:
    auth = {"token": token("bob", (W,))}
    async with js_client(service.url, auth=auth, transports=["polling"]) as client:
        for _ in range(300):
            await client.emit("no-such-event", {"text": "é" * 1_000})
        await client.event("socket-api-error", 300)


async def test_a_stock_client_that_polls_hears_all_that_is_said_in_one_breath(
    service: RunningService,
) -> None:
    """python-engineio's client ends a connection whose answer holds more than 16 packets."""
    made = [await create_channel(service.url, "breath", f"channel {n}") for n in range(40)]
    auth = {"token": token("bob", ("breath",)), "position": made[0]["position"] - 1}
    async with py_client(service.url, auth=auth, transports=["polling"]) as client:
        await client.until(lambda: len(client.heard) >= 2 + len(made))
        assert client.events("channel-created") == made
        assert [heard.kind for heard in client.heard if heard.kind != "event"] == ["connect"]


async def test_a_payload_of_the_allowed_size_is_served(session: PollingSession) -> None:
    frame = event("no-such-event", "", ack=1)
    await session.send(event("no-such-event", "x" * (1_000_000 - len(frame)), ack=1))
    assert (await session.ack(1))["error"]["code"] == "unknown_event"


async def status_of(url: str, *sent: bytes) -> bytes:
    """The status of a request of which so much has been sent, and nothing more will be."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(*url.removeprefix("http://").split(":"))
        writer.writelines(sent)
        answer = await reader.readline()
        writer.close()
        return answer.split()[1]


@pytest.mark.parametrize("size", [1_000_001, 10_000_000, 10**18])
async def test_a_payload_over_the_allowed_size_is_refused_before_it_comes(
    session: PollingSession, size: int
) -> None:
    head = f"POST /socket.io/?EIO=4&transport=polling&sid={session.sid} HTTP/1.1\r\nHost: x\r\n"
    length = f"Content-Length: {size}\r\n\r\n"
    assert await status_of(session.url, head.encode(), length.encode()) == b"413"
    await check_works(session)


async def test_chunks_over_the_allowed_size_are_refused(session: PollingSession) -> None:
    head = f"POST /socket.io/?EIO=4&transport=polling&sid={session.sid} HTTP/1.1\r\nHost: x\r\n"
    chunks = [b"186a0\r\n" + b"x" * 100_000 + b"\r\n"] * 10 + [b"1\r\nx\r\n"]
    chunked = b"Transfer-Encoding: chunked\r\n\r\n"
    assert await status_of(session.url, head.encode(), chunked, *chunks) == b"413"
    await check_works(session)


async def test_a_payload_in_chunks_is_served(session: PollingSession) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for packet in unknown_events(3):
            yield (packet + SEPARATOR).encode()
        yield event("no-such-event", ack=3).encode()

    response = await session.post_raw(chunks())
    assert "Content-Length" not in response.request.headers
    assert response.status_code == 200
    assert (await session.ack(3))["error"]["code"] == "unknown_event"


MALFORMED: dict[str, Any] = {
    "text": "what?",
    "one packet of several": SEPARATOR.join([event("no-such-event", ack=1), "what?"]),
    "an empty packet": f"3{SEPARATOR}{SEPARATOR}3",
    "not UTF-8": b"4\xff\xfe",
    "half a JSONP form": "d=",
    "too deep": "4" + "[" * 100_000,
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_payload_is_refused_whole_and_ends_its_session(
    session: PollingSession, body: Any
) -> None:
    response = await session.post_raw(body)
    assert response.status_code == 400
    assert response.json()["code"] == "malformed"
    assert (await session.post(event("no-such-event"))).status_code == 400
    response = await session.get()
    assert response.status_code == 400
    assert "431[" not in response.text


async def test_an_open_request_is_answered_when_its_session_ends(session: PollingSession) -> None:
    opened = await session.open_get()
    await session.post_raw("what?")
    assert (await opened).text == CLOSE


@pytest.mark.parametrize("sid", [None, "", "made-up", "made-up%0Awith a line feed"])
@pytest.mark.parametrize("body", ["4", "what?", b"\xff"])
async def test_a_post_to_no_session_is_refused_and_disturbs_nobody(
    service: RunningService, session: PollingSession, sid: str | None, body: Any
) -> None:
    params = {} if sid is None else {"sid": sid}
    async with engine_http(service.url) as http:
        response = await http.post("", params=params, content=body)
    assert response.status_code == 400
    await check_works(session)


async def test_a_get_of_no_session_is_refused(service: RunningService) -> None:
    async with engine_http(service.url) as http:
        assert (await http.get("", params={"sid": "made-up"})).status_code == 400


async def test_two_open_requests_of_one_session_end_it(session: PollingSession) -> None:
    first = asyncio.create_task(session.get())
    second = asyncio.create_task(session.get())
    answers = sorted([(await first).status_code, (await second).status_code])
    assert answers == [200, 400]
    assert (await session.get()).status_code == 400


async def test_a_poll_that_is_repeated_ends_its_session(session: PollingSession) -> None:
    """The answer was lost: who repeats it is the client's HTTP library or a proxy, and the client
    knows nothing of it."""
    await session.send(event("no-such-event"))
    assert (await session.get(t="pb1a2x")).status_code == 200
    await session.send(event("no-such-event"))
    assert (await session.get(t="pb1a2x")).status_code == 400
    assert (await session.post(event("no-such-event"))).status_code == 400


async def test_polls_of_one_second_are_not_taken_for_repeated_ones(
    session: PollingSession,
) -> None:
    """The .NET client writes the time in whole seconds."""
    for _ in range(3):
        await session.send(event("no-such-event"))
        assert (await session.get(t="1764345600")).status_code == 200


async def test_what_a_lost_answer_held_is_told_to_a_stock_client_that_comes_back(
    service: RunningService,
) -> None:
    """aiohttp repeats a GET whose connection ends before its answer."""
    port = urlsplit(service.url).port
    assert port is not None
    async with deaf_way(port) as way:
        auth = {"token": token("bob", ("lost",))}
        async with py_client(way.url, auth=auth, transports=["polling"]) as client:
            place_before = (await client.event("auth-success"))["position"]
            way.is_deaf = True
            made = await create_channel(service.url, "lost", "lost on the way")

            async def is_lost() -> bool:
                return made["id"].encode() in way.lost

            await eventually(is_lost)
            await way.cut()
            way.is_deaf = False
            way.heal()
            await client.kind("disconnect")
        auth["position"] = place_before
        async with py_client(way.url, auth=auth, transports=["polling"]) as client:
            assert await client.event("channel-created") == made


async def test_a_request_that_breaks_off_ends_its_session(
    service: RunningService, session: PollingSession
) -> None:
    """What would have been its answer is lost: the client must know, and come back."""
    opened = await session.open_get()
    opened.cancel()
    await asyncio.wait([opened])
    await create_channel(service.url, W, "lost to the session", user="bob", isPrivate=True)
    await session.ended()
    assert session.events("channel-created") == []


async def test_the_open_request_of_a_client_that_leaves_is_answered_at_once(
    session: PollingSession,
) -> None:
    opened = await session.open_get()
    assert (await session.post(CLOSE)).status_code == 200
    # The next ping, which would end it too, is longer away than a test waits.
    assert (await opened).text == NOOP
    assert (await session.get()).status_code == 400


async def test_what_follows_a_close_in_one_payload_does_nothing(session: PollingSession) -> None:
    channel = {"workspaceId": W, "name": "after a close"}
    await session.offer(CLOSE, "40", event("create-channel", channel), event("auth", {}), "3")
    assert (await session.post("3")).status_code == 400
    async with js_client(session.url, auth={"token": token("bob", (W,))}) as client:
        await client.event("auth-success")
        assert "channel" in await client.call("create-channel", channel)
