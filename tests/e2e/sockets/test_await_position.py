"""`await-position`: its acknowledgement says that everything up to there has been heard."""

import pytest

from tests.support.channels import create_channel
from tests.support.engine_io import event, websocket
from tests.support.service import RunningService
from tests.support.tokens import token
from transport.sockets import await_position

MISSED = 30


async def test_it_is_acknowledged_behind_what_was_missed(service: RunningService) -> None:
    w = "awaited"
    async with websocket(service.url) as before:
        start = (await before.auth(token("bob", (w,))))["position"]
    missed = [await create_channel(service.url, w, f"missed {n}") for n in range(MISSED)]
    last = missed[-1]["position"]
    async with websocket(service.url) as session:
        await session.join()
        auth = event("auth", {"data": token("bob", (w,)), "position": start})
        await session.send(auth, event("await-position", {"position": last}, ack=1))
        assert (await session.ack(1))["position"] >= last
        assert session.events("channel-created") == missed
        live = await create_channel(service.url, w, "live")
        await session.send(event("await-position", {"position": live["position"]}, ack=2))
        await session.ack(2)
        assert session.events("channel-created") == [*missed, live]


async def test_it_comes_though_nothing_up_to_there_concerns_the_socket(
    service: RunningService,
) -> None:
    async with websocket(service.url) as session:
        await session.auth(token("bob", ("quiet",)))
        elsewhere = await create_channel(service.url, "loud", "elsewhere")
        await session.send(event("await-position", {"position": elsewhere["position"]}, ack=1))
        assert (await session.ack(1))["position"] >= elsewhere["position"]
        assert session.events("channel-created") == []


async def test_a_position_that_is_not_reached_is_refused_after_a_while_and_the_socket_goes_on(
    service: RunningService,
) -> None:
    w = "not reached"
    async with websocket(service.url) as session:
        await session.auth(token("bob", (w,)))
        asked = {"position": 2**40, "transaction": "t"}
        await session.send(event("await-position", asked, ack=1))
        refusal = (await session.ack(1))["error"]
        assert refusal["code"] == "unavailable"
        assert await session.event("socket-api-error-t") == refusal["message"]
        channel = await create_channel(service.url, w, "heard")
        assert await session.event("channel-created") == channel
    assert await_position.AWAIT_TIMEOUT == 4.0, "docs/api.md says so, and /asyncapi.json"


@pytest.mark.parametrize("data", [None, {}, {"position": -1}, {"position": "1"}, {"positio": 1}])
async def test_what_names_no_position_is_refused(service: RunningService, data: object) -> None:
    async with websocket(service.url) as session:
        await session.auth(token())
        await session.send(event("await-position", data, ack=1))
        assert (await session.ack(1))["error"]["code"] in ("malformed", "invalid")


async def test_of_a_workspace_that_the_socket_does_not_hear_it_is_refused(
    service: RunningService,
) -> None:
    async with websocket(service.url) as session:
        await session.auth(token("bob", ("heard",)))
        channel = await create_channel(service.url, "heard", "here")
        asked = {"position": channel["position"]}
        await session.send(
            event("await-position", {**asked, "workspaceId": "heard"}, ack=1),
            event("await-position", {**asked, "workspaceId": "unheard"}, ack=2),
        )
        assert (await session.ack(1))["position"] >= channel["position"]
        assert (await session.ack(2))["error"]["code"] == "forbidden"
