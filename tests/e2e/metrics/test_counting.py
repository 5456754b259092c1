"""What happens is counted: commands, refusals, what is heard, sockets, their ends, and lags."""

from functools import partial
from typing import Any
from uuid import uuid4

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import PATIENCE
from tests.support.engine_io import CLOSE, event, polling, websocket
from tests.support.feed import feed_page
from tests.support.feed_stream import curl_stream
from tests.support.http import User, http_client
from tests.support.metrics import value
from tests.support.service import RunningService, running_service
from tests.support.tokens import token


async def test_commands_count_by_name_and_outcome_over_http_and_sockets(
    service: RunningService, workspace: str
) -> None:
    async def counts() -> tuple[float, ...]:
        return (
            await value(service.url, "kanal_command_seconds_count", outcome="done"),
            await value(service.url, "kanal_command_seconds_count", outcome="refused"),
            await value(service.url, "kanal_refusals_total", code="name_taken"),
            await value(service.url, "kanal_refusals_total", code="unknown_event"),
        )

    before = await counts()
    with http_client(service.url) as http:
        alice = User(http, workspace)
        channel = alice.create("general").json()
        assert alice.create("general").status_code == 409
        assert alice.list().status_code == 200
        assert alice.update(channel["id"], name="other").status_code == 200
        assert alice.delete(channel["id"]).status_code == 200
    async with websocket(service.url) as socket:
        await socket.auth(token("alice", (workspace,)))
        for number, asked in enumerate(("create-channel", "create-channel", "no-command")):
            await socket.send(
                event(asked, {"workspaceId": workspace, "name": "by socket"}, ack=number)
            )
        await socket.ack(2)
    after = await counts()
    assert [now - then for now, then in zip(after, before, strict=True)] == [4, 2, 2, 1]


async def test_what_is_heard_counts_once_for_all_who_hear_it(
    service: RunningService, workspace: str
) -> None:
    async with websocket(service.url) as one, websocket(service.url) as other:
        for socket in (one, other):
            await socket.auth(token("alice", (workspace,)))
        before = await value(service.url, "kanal_commit_to_heard_seconds_count")
        await create_channel(service.url, workspace, "general")
        for socket in (one, other):
            await socket.event("channel-created")
        assert await value(service.url, "kanal_commit_to_heard_seconds_count") == before + 1


async def test_sockets_count_by_transport_and_state_and_ends_by_why(database_url: str) -> None:
    w = f"counted-{uuid4()}"
    with running_service(database_url, auth_timeout="60") as service:

        async def sockets() -> dict[tuple[str, str], float]:
            return {
                (transport, state): found
                for transport in ("polling", "websocket")
                for state in ("connected", "live", "expired")
                if (
                    found := await value(
                        service.url, "kanal_sockets", transport=transport, state=state
                    )
                )
            }

        async with polling(service.url) as silent, websocket(service.url) as socket:
            await silent.join()
            await socket.auth(token("alice", (w,)))

            async def are_counted() -> bool:
                return await sockets() == {("polling", "connected"): 1, ("websocket", "live"): 1}

            await eventually(are_counted)
            await socket.send("41")  # leaves the namespace

            async def has_left() -> bool:
                return await value(service.url, "kanal_sessions_ended_total", why="left") == 1

            await eventually(has_left)
            await silent.offer(CLOSE)

        async def are_gone() -> bool:
            return await sockets() == {}

        await eventually(are_gone)


async def until_over(url: str, access: str, *, within: float) -> list[Any]:
    """What a stream tells until the service ends it."""
    async with curl_stream(url, access) as stream:
        await stream.until(lambda: stream.is_over, within=within)
        return stream.events


async def test_pages_and_streams_of_the_feed_count_with_what_they_tell_and_why_they_end(
    database_url: str,
) -> None:
    w = f"counted-{uuid4()}"
    with running_service(database_url) as service:

        async def count(name: str, **labels: str) -> float:
            return await value(service.url, f"kanal_feed_{name}", **labels)

        access = token("alice", (w,))
        await create_channel(service.url, w, "general")
        page = await feed_page(service.url, access)
        assert await count("pages_total", reader="user") == 1
        assert await count("events_total", way="page") == len(page.json()["events"]) == 1
        assert await count("bytes_total", way="page") == len(page.content)

        async def has_ended(why: str) -> bool:
            return await count("streams_ended_total", why=why) == 1

        async def are_open(number: int) -> bool:
            return await count("streams") == number

        async with curl_stream(service.url, access) as stays:
            async with curl_stream(service.url, access) as closed:
                for stream in (stays, closed):
                    await stream.count(1)
                await eventually(partial(are_open, 2))
            await eventually(partial(has_ended, "closed"))
            for ttl in (4, 16, 64):  # a busy machine: it may have expired before curl was there
                short = token("alice", (w,), ttl=ttl)
                if told := await until_over(service.url, short, within=ttl + PATIENCE):
                    break
            assert len(told) == 1
            await eventually(partial(has_ended, "token-expired"))
            await eventually(partial(are_open, 1))
        await eventually(partial(are_open, 0))
        assert await count("events_total", way="stream") == 3
        assert await count("bytes_total", way="stream") > len(page.content)
