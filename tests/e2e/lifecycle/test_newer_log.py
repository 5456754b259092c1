"""A service that is older than its log: what it cannot read it says, and nobody misses anything
unaware. Another version of Kanal, which can, tells them all."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import httpx
import pytest
from eventsourcing.persistence import StoredEvent

from domain.access import Revocation
from persistence.database.pool import Database
from persistence.log.append_queue import AppendQueue
from persistence.log.mapper import create_mapper
from tests.support.background import eventually, running
from tests.support.channels import create_channel
from tests.support.clients import PATIENCE, Client, js_client
from tests.support.commands import COMMANDS, READS, private_channel
from tests.support.feed import feed_page, reading_all
from tests.support.feed_stream import curl_stream
from tests.support.http import User, check_problem, created, http_client
from tests.support.newer_kanal import Pinned
from tests.support.service import RunningService, free_port, running_service
from tests.support.tokens import token

W, CREATED, UPDATED = "demo", "channel-created", "channel-updated"
QUICK = {"reconnectionDelay": 20, "reconnectionDelayMax": 100}
NEWER = (sys.executable, "-m", "tests.support.newer_kanal", "serve")


async def pin(database_url: str, channel_id: str, version: int = 2) -> int:
    """What a newer version appends; answers its position."""
    event = Pinned(  # type: ignore[call-arg]  # its metaclass adds them
        originator_id=UUID(channel_id),
        originator_version=version,
        timestamp=Pinned.create_timestamp(),
        actor_id="alice",
        correlation_id="a request",
        message="read this",
    )
    return await append(database_url, create_mapper().to_stored_event(event), W)


async def revoke_otherwise(database_url: str) -> int:
    """Take back access in a newer form; answers its position."""
    (event,) = Revocation("carol", None, "olga", "a request").collect_events()
    stored = create_mapper().to_stored_event(event)
    newer = replace(stored, state=stored.state[:-1] + b',"class_version":2}')
    return await append(database_url, newer, None)


async def append(database_url: str, event: StoredEvent, workspace_id: str | None) -> int:
    database = Database(database_url)
    await database.open()
    queue = AppendQueue(database)
    try:
        async with running(queue.run()):
            return await queue.append([event], workspace_id)
    finally:
        await database.close()


def why(position: int) -> str:
    return (
        f"position {position} holds an event of the topic 'channel.pinned', which this version of"
        " Kanal does not know; upgrade it"
    )


@asynccontextmanager
async def listener(service: RunningService, **auth: Any) -> AsyncIterator[Client]:
    auth = {"token": token("bob", (W,)), **auth}
    async with js_client(service.url, auth=auth, **QUICK) as client:
        yield client


async def is_behind(service: RunningService, *missing: str) -> None:
    """Wait until just that keeps the service from being ready."""

    async def names_them() -> bool:
        async with httpx.AsyncClient(verify=False, timeout=PATIENCE) as http:
            health = await http.get(f"{service.url}/health/ready")
            return (health.status_code, set(health.json()["missing"])) == (503, set(missing))

    await eventually(names_them)


async def pin_while_heard(service: RunningService, database_url: str, channel_id: str) -> int:
    """Pin where somebody listens, so that the service has to tell it."""
    async with listener(service) as client:
        await client.event("auth-success")
        position = await pin(database_url, channel_id)
        await client.kind("disconnect")
    return position


async def test_what_nobody_there_listens_to_keeps_no_other_workspace_from_being_told(
    database_url: str,
) -> None:
    with running_service(database_url) as service:
        auth = {"token": token("bob", ("elsewhere",))}
        async with js_client(service.url, auth=auth, **QUICK) as client:
            await client.event("auth-success")
            channel = await create_channel(service.url, W, "before")
            await pin(database_url, channel["id"])
            told = await create_channel(service.url, "elsewhere", "after")
            assert await client.event(CREATED) == told
            assert not [heard for heard in client.heard if heard.kind == "disconnect"]


async def test_its_sockets_are_sent_away_before_they_miss_anything_and_a_newer_one_tells_them_all(
    database_url: str,
) -> None:
    port = str(free_port())
    async with AsyncExitStack() as clients:
        with running_service(database_url, port=port) as service:
            client = await clients.enter_async_context(listener(service, recover=True))
            await client.event("auth-success")
            channels = [await create_channel(service.url, W, "before")]
            await client.event(CREATED)
            position = await pin(database_url, channels[0]["id"])
            channels.append(await create_channel(service.url, W, "after"))
            await client.kind("disconnect")
            error = await client.event("socket-api-error")
            assert error == {"event": "auth", "message": why(position), "code": "unavailable"}
            assert client.events(CREATED) == channels[:1]
        with running_service(database_url, port=port, command=NEWER):
            await client.event(CREATED, 2)
            assert client.events("auth-success")[1]["recovered"]
            assert client.events(CREATED) == channels


async def test_a_revocation_that_it_cannot_read_ends_what_is_open_to_anybody(
    database_url: str,
) -> None:
    with running_service(database_url) as service:
        channel = await create_channel(service.url, W, "general")
        alice = token("alice", (W,))
        async with listener(service) as client, curl_stream(service.url, alice) as stream:
            await client.event("auth-success")
            await stream.until(lambda: channel["id"] in {each["subject"] for each in stream.events})
            await revoke_otherwise(database_url)
            await client.kind("disconnect")
            error = await client.event("socket-api-error")
            said = error["message"]
            assert (error["code"], "'access.revoked'" in said) == ("unavailable", True)
            await stream.until(lambda: stream.is_over)
            assert stream.ends == [{"code": "unavailable", "detail": said}]
        with http_client(service.url) as http:
            assert check_problem(User(http, W).list(), 503, "unavailable") == said


async def test_it_stays_is_not_ready_and_says_why(database_url: str) -> None:
    with running_service(database_url) as service:
        channel = await create_channel(service.url, W, "before")
        position = await pin_while_heard(service, database_url, channel["id"])
        after = await create_channel(service.url, W, "after")
        parts = [f"{model} version 1" for model in ("channels", "snapshots", "revocations")]
        parts.append("delivery")
        await is_behind(service, *(f"{part}: {why(position)}" for part in parts))
        assert httpx.get(f"{service.url}/health/live", timeout=PATIENCE).status_code == 200
        with http_client(service.url) as http:
            alice = User(http, W)
            page = alice.list().json()
            assert (page["channels"], page["position"]) == ([channel], position - 1)
            assert alice.get(after["id"]).json() == after
            check_problem(alice.get(channel["id"]), 503, "unavailable")
        assert service.stop() == 0
        critical = [line for line in service.output.splitlines() if " CRITICAL " in line]
        assert len(critical) == len(parts)
        for part in parts:
            assert sum(f"{part} stopped: {why(position)}" in line for line in critical) == 1
        assert "Traceback" not in service.output


async def test_whoever_it_sends_away_may_come_back_by_itself_again_and_again(
    database_url: str,
) -> None:
    """Also when the time to authenticate is over: this is not the client's fault."""
    with running_service(database_url, auth_timeout="2") as service:
        channel = await create_channel(service.url, W, "general")
        position = await pin_while_heard(service, database_url, channel["id"])
        parts = [f"{model} version 1" for model in ("channels", "snapshots", "revocations")]
        parts.append("delivery")
        await is_behind(service, *(f"{part}: {why(position)}" for part in parts))
        async with listener(service) as client:
            await client.kind("connect", 3)
            errors = client.events("socket-api-error")
            assert {error["code"] for error in errors} == {"unavailable"}
            assert client.events("auth-success") == []
        async with js_client(service.url, auth={"token": "none"}, **QUICK) as stranger:
            assert (await stranger.event("socket-api-error"))["code"] == "token_invalid"


@pytest.fixture
async def beyond(database_url: str) -> AsyncIterator[tuple[RunningService, Any, int]]:
    """A service that was started when such an event was in the log already; the channel that it is
    about, and its position."""
    with running_service(database_url) as service, http_client(service.url) as http:
        channel = private_channel(User(http, W))
    position = await pin(database_url, channel["id"], channel["version"] + 1)
    with running_service(database_url) as service:
        yield service, channel, position


async def test_commands_on_a_channel_that_it_cannot_read_are_unavailable_and_on_others_are_not(
    beyond: tuple[RunningService, Any, int],
) -> None:
    service, channel, position = beyond
    with http_client(service.url) as http:
        alice = User(http, W)
        for ask in (*COMMANDS.values(), *READS.values()):
            assert check_problem(ask(alice, channel["id"]), 503, "unavailable") == why(position)
        check_problem(alice.create(channel["name"]), 409, "name_taken")
        other = created(alice.create("other"))
        assert alice.update(other["id"], name="another").status_code == 200
    async with js_client(service.url, auth={"token": token("alice", (W,))}) as client:
        await client.event("auth-success")
        update = {"workspaceId": W, "channelId": channel["id"], "name": "new"}
        answer = await client.call("update-channel", update)
        assert answer == {"error": {"code": "unavailable", "message": why(position)}}


async def test_who_comes_back_from_before_it_is_not_told_a_part(
    beyond: tuple[RunningService, Any, int],
) -> None:
    """They are sent away instead; who comes later, or without a place, is served."""
    service, _, position = beyond
    async with listener(service) as late, listener(service, recover=True) as back:
        await late.event("auth-success")
        await back.auth(token("alice", (W,)), position=position - 1)
        await back.kind("disconnect")
        channel = await create_channel(service.url, W, "after")
        assert await late.event(CREATED) == channel
        assert back.events(CREATED) in ([], [channel])
    assert why(position) in service.output
    assert "Traceback" not in service.output


async def test_the_feed_ends_before_it_and_says_that_it_cannot_go_on(
    beyond: tuple[RunningService, Any, int],
) -> None:
    service, channel, position = beyond
    answer = await feed_page(service.url, reading_all())
    assert answer.status_code == 200, answer.text
    page = answer.json()
    assert page["events"][0]["subject"] == channel["id"]
    assert page["position"] == position - 1
    async with curl_stream(service.url, reading_all()) as stream:
        await stream.until(lambda: stream.is_over)
        assert stream.events == page["events"]
        assert stream.ends == [{"code": "unavailable", "detail": why(position)}]
    alice = token("alice", (W,))
    for access, after in ((reading_all(), position - 1), (alice, position - 1), (alice, 0)):
        # Whether a user may see the channel now depends on the event: they are told nothing of it.
        refused = await feed_page(service.url, access, after=after)
        assert check_problem(refused, 503, "unavailable") == why(position)


async def test_what_fails_otherwise_still_stops_the_service(database_url: str) -> None:
    with running_service(database_url) as service:
        await create_channel(service.url, W, "general")
        database = Database(database_url)
        await database.open()
        async with database.acquire() as connection:
            await connection.execute("UPDATE log_head SET position = position + 1")
        await database.close()
        with http_client(service.url) as http:
            created(User(http, W).create("after a hole"))
        assert service.process.wait(20) == 1
        assert "expected position 3, found 4" in service.output
