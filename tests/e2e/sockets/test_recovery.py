"""Socket.IO's own connection state recovery: a stock JavaScript client resumes without code."""

import json
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any

import pytest

from tests.support.channels import constant_creation, create_channel
from tests.support.clients import ProcessClient, js_client, py_client
from tests.support.engine_io import CONNECT, websocket
from tests.support.returning import expiring
from tests.support.service import RunningService, free_port, running_service
from tests.support.tokens import token

CREATED = "channel-created"
ERROR = "socket-api-error"
QUICK = {"reconnectionDelay": 20, "reconnectionDelayMax": 100}


def recovering(
    url: str, w: str, *, ttl: float = 3600, **more: Any
) -> AbstractAsyncContextManager[ProcessClient]:
    auth = {"token": token("bob", (w,), ttl=ttl), "recover": True, **more}
    return js_client(url, auth=auth, **QUICK)


async def test_a_dropped_client_resumes_by_itself(service: RunningService) -> None:
    w = "dropped"
    async with recovering(service.url, w) as client:
        await client.event("auth-success")
        created = [await create_channel(service.url, w, "before")]
        await client.event(CREATED)
        for number in range(3):
            client.command(op="drop")
            await client.kind("disconnect", number + 1)
            created += [await create_channel(service.url, w, f"{number}-{n}") for n in "ab"]
            connected = await client.kind("connect", number + 2)
            assert connected.args[1] is True, "the client itself says that it has recovered"
            await client.event(CREATED, len(created))
        assert client.events(CREATED) == created


async def test_nothing_is_lost_or_repeated_over_drops_while_channels_are_created(
    service: RunningService,
) -> None:
    w = "drops"
    async with (
        py_client(service.url) as witness,
        recovering(service.url, w) as client,
    ):
        await witness.auth(token("bob", (w,)))
        await client.event("auth-success")
        async with constant_creation(service.url, w):
            for number in range(1, 7):
                await client.event(CREATED, number * 15)
                client.command(op="drop")
                await client.kind("connect", number + 1)
            await client.event(CREATED, 120)
        count = len(witness.events(CREATED))
        await client.event(CREATED, count)
        assert client.events(CREATED)[:count] == witness.events(CREATED)[:count]


async def test_every_event_carries_the_position_as_a_last_argument(
    service: RunningService,
) -> None:
    w = "last-argument"
    async with recovering(service.url, w, transaction="mine") as client:
        success = await client.event("auth-success")
        channel = await create_channel(service.url, w, "general")
        await client.event(CREATED)
        await client.emit("no-such-event", {"transaction": "t"})
        await client.event("socket-api-error-t")
        heard = {heard.name: heard.args for heard in client.heard if heard.kind == "event"}
        assert heard["auth-success"] == [success, str(success["position"])]
        assert heard[CREATED] == [channel, str(channel["position"])]
        place = heard[ERROR][1]
        assert int(place) >= channel["position"]
        assert heard["socket-api-error-t"][1:] == [place]
        assert await client.call("no-such-event", {}) == {"error": heard_error(client)}


def heard_error(client: ProcessClient) -> Any:
    error = client.events(ERROR)[-1]
    return {"code": error["code"], "message": error["message"]}


async def test_who_did_not_ask_gets_nothing_more(service: RunningService) -> None:
    w = "not-asked"
    for recover in (False, None, "true", 1):
        async with js_client(
            service.url, auth={"token": token("bob", (w,)), "recover": recover}
        ) as client:
            await client.event("auth-success")
            await create_channel(service.url, w, f"{recover}")
            await client.event(CREATED)
            assert all(len(each.args) == 1 for each in client.heard if each.kind == "event")


async def test_a_restarted_service_is_the_same_log_to_the_client(database_url: str) -> None:
    w, port = "restart", str(free_port())
    async with AsyncExitStack() as stack:
        with running_service(database_url, port=port) as service:
            client = await stack.enter_async_context(recovering(service.url, w))
            await client.event("auth-success")
            created = [await create_channel(service.url, w, "before")]
            await client.event(CREATED)
        await client.kind("disconnect")
        with running_service(database_url) as other:
            created.append(await create_channel(other.url, w, "meanwhile"))
        with running_service(database_url, port=port):
            assert (await client.kind("connect", 2)).args[1] is True
            await client.event(CREATED, 2)
            assert client.events(CREATED) == created
            assert client.events("auth-success")[1]["recovered"]


async def test_errors_do_not_cost_a_client_its_place(service: RunningService) -> None:
    """Their plain text is what the client would take for its offset."""
    w = "place"
    async with recovering(service.url, w) as client:
        await client.event("auth-success")
        created = [await create_channel(service.url, w, "seen")]
        await client.event(CREATED)
        for transaction in ("12345678", "t", "0"):
            await client.emit("update-channel", {"transaction": transaction})
            await client.event(f"socket-api-error-{transaction}")
        client.command(op="drop")
        await client.kind("disconnect")
        created.append(await create_channel(service.url, w, "missed"))
        await client.event(CREATED, 2)
        assert client.events(CREATED) == created


async def test_a_place_outlives_a_token_that_has_expired_meanwhile(
    service: RunningService,
) -> None:
    """The errors of a connection that may not listen yet carry the place it came with."""
    w = "expired"
    async with expiring(lambda ttl: recovering(service.url, w, ttl=ttl)) as client:
        # Seen, or missed where the token has run out before it.
        created = [await create_channel(service.url, w, "first")]
        await client.event(ERROR)
        client.command(op="drop")
        await client.kind("disconnect")
        created.append(await create_channel(service.url, w, "missed"))
        await client.event(ERROR, 2)
        client.command(op="drop")
        await client.event(ERROR, 3)
        assert (await client.auth(token("bob", (w,))))["recovered"]
        await client.event(CREATED, 2)
        assert client.events(CREATED) == created


@pytest.mark.parametrize("offset", ["", "x", "-1", "1.5", "9" * 30, 7, None], ids=repr)
async def test_a_malformed_offset_claims_nothing_and_costs_nothing_else(
    service: RunningService, offset: Any
) -> None:
    w = f"malformed-{offset}"
    async with py_client(service.url) as before:
        success = await before.auth(token("bob", (w,)))
    missed = await create_channel(service.url, w, "missed")
    auth = {"recover": True, "pid": success["log"], "offset": offset}
    async with py_client(service.url, auth={**auth, "token": token("bob", (w,))}) as client:
        assert not (await client.event("auth-success"))["recovered"]
    async with py_client(service.url, auth=auth) as client:
        await client.auth(token("bob", (w,)), position=success["position"])
        assert await client.event(CREATED) == missed


async def test_an_offset_stands_for_the_position_of_an_auth_that_comes_later(
    service: RunningService,
) -> None:
    w = "later-auth"
    async with py_client(service.url) as before:
        success = await before.auth(token("bob", (w,)))
    missed = await create_channel(service.url, w, "missed")
    offset = str(success["position"])
    auth = {"recover": True, "pid": success["log"], "offset": offset}
    async with py_client(service.url, auth=auth) as client:
        await client.emit("auth", {"data": token(ttl=-1)})
        await client.event(ERROR)
        failed = next(heard for heard in client.heard if heard.name == ERROR)
        assert failed.args[1:] == [offset]
        assert (await client.auth(token("bob", (w,))))["recovered"]
        assert await client.event(CREATED) == missed


async def test_another_log_is_not_recovered(service: RunningService) -> None:
    auth = {"token": token("bob"), "recover": True, "pid": "another", "offset": "0"}
    async with py_client(service.url, auth=auth) as client:
        assert not (await client.event("auth-success"))["recovered"]


async def test_the_answer_to_connect_names_the_log_to_those_who_asked(
    service: RunningService,
) -> None:
    async with websocket(service.url) as session:
        success = await session.auth(token(), recover=True)
        connected = json.loads((await session.packet(CONNECT))[2:])
        assert connected.keys() == {"sid", "pid"}
        assert connected["pid"] == success["log"]
    async with websocket(service.url) as session:
        await session.auth(token())
        assert json.loads((await session.packet(CONNECT))[2:]).keys() == {"sid"}
