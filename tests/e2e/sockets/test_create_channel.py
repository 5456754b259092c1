"""`create-channel` over a socket: its acknowledgement, its idempotency key, all its refusals."""

from typing import Any

import httpx
import pytest

from tests.support.channels import create_channel
from tests.support.clients import STOCK_CLIENTS, js_client, py_client
from tests.support.service import RunningService
from tests.support.tokens import token

W = "commands"


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_the_acknowledgement_holds_the_channel_that_everyone_hears_of(
    service: RunningService, language: str
) -> None:
    workspace = f"ack-{language}"
    access = token("bob", (workspace,))
    async with STOCK_CLIENTS[language](service.url, auth={"token": access}) as client:
        await client.event("auth-success")
        wanted = {"name": " Mine ", "description": "what for", "isPrivate": True}
        answer = await client.call("create-channel", {"workspaceId": workspace, **wanted})
        channel = answer["channel"]
        assert answer == {
            "channel": {
                "id": channel["id"],
                "workspaceId": workspace,
                "name": "Mine",
                "description": "what for",
                "isPrivate": True,
                "creatorId": "bob",
                "createdAt": channel["createdAt"],
                "updatedAt": channel["createdAt"],
                "version": 1,
                "position": channel["position"],
            }
        }
        assert await client.event("channel-created") == channel
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {access}"}) as http:
            url = f"{service.url}/workspaces/{workspace}/channels/{channel['id']}"
            assert (await http.get(url)).json() == channel


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_a_channel_is_created_without_an_acknowledgement_or_a_transaction_too(
    service: RunningService, language: str
) -> None:
    workspace = f"plain-{language}"
    auth = {"token": token("bob", (workspace,))}
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        await client.event("auth-success")
        await client.emit("create-channel", {"workspaceId": workspace, "name": "plain"})
        channel = await client.event("channel-created")
        assert (channel["name"], channel["description"]) == ("plain", None)
        assert channel["isPrivate"] is False
        assert [heard.name for heard in client.heard if heard.kind == "event"] == [
            "auth-success",
            "channel-created",
        ]


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_an_idempotency_key_creates_once(service: RunningService, language: str) -> None:
    workspace = f"once-{language}"
    key = language.ljust(255, "k")
    channel = {"workspaceId": workspace, "name": "once", "idempotencyKey": key}
    auth = {"token": token("bob", (workspace,))}
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        await client.event("auth-success")
        first = await client.call("create-channel", channel)
        assert await client.call("create-channel", {**channel, "transaction": "again"}) == first
        reused = await client.call("create-channel", {**channel, "name": "another"})
        assert reused["error"]["code"] == "idempotency_key_reused"
        last = await client.call("create-channel", {"workspaceId": workspace, "name": "last"})
        await client.event("channel-created", 2)
        assert client.events("channel-created") == [first["channel"], last["channel"]]


async def test_an_idempotency_key_is_its_users_own(service: RunningService) -> None:
    async with py_client(service.url) as bob, py_client(service.url) as carol:
        answers = []
        for client, user in ((bob, "bob"), (carol, "carol")):
            await client.auth(token(user, ("own",)))
            channel = {"workspaceId": "own", "name": f"{user}'s", "idempotencyKey": "same"}
            answers.append(await client.call("create-channel", channel))
        assert answers[0]["channel"]["id"] != answers[1]["channel"]["id"]


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "a workspace that the token does not name": ({"workspaceId": "another"}, "forbidden"),
    "a workspace where the user is a guest": ({"workspaceId": "as-guest"}, "forbidden"),
    "an empty workspace": ({"workspaceId": ""}, "invalid"),
    "a workspace of null": ({"workspaceId": None}, "invalid"),
    "a numeric workspace": ({"workspaceId": 7}, "invalid"),
    "a workspace of a lone surrogate": ({"workspaceId": "\ud800"}, "invalid"),
    "a name that is taken": ({"name": "TAKEN"}, "name_taken"),
    "an empty name": ({"name": ""}, "invalid"),
    "a blank name": ({"name": " \t "}, "invalid"),
    "a name of 101 characters": ({"name": "n" * 101}, "invalid"),
    "a name with a control character": ({"name": "a\u0007b"}, "invalid"),
    "a name of a lone surrogate": ({"name": "\ud800"}, "invalid"),
    "a name of null": ({"name": None}, "invalid"),
    "a numeric name": ({"name": 7}, "invalid"),
    "a name of an object": ({"name": {"$ne": ""}}, "invalid"),
    "a numeric description": ({"description": 7}, "invalid"),
    "a description of 10 KB": ({"description": "d" * 10_000}, "invalid"),
    "a description with a null character": ({"description": "a\u0000b"}, "invalid"),
    "a description of a lone surrogate": ({"description": "\ud800"}, "invalid"),
    "isPrivate of text": ({"isPrivate": "true"}, "invalid"),
    "isPrivate of null": ({"isPrivate": None}, "invalid"),
    "isPrivate of a number": ({"isPrivate": 1}, "invalid"),
    "an empty idempotency key": ({"idempotencyKey": ""}, "invalid"),
    "an idempotency key of 256 characters": ({"idempotencyKey": "k" * 256}, "invalid"),
    "a numeric idempotency key": ({"idempotencyKey": 7}, "invalid"),
    "an idempotency key of a lone surrogate": ({"idempotencyKey": "\ud800"}, "invalid"),
    "an unknown field": ({"creatorId": "carol"}, "invalid"),
    "a field named in another case": ({"is_private": True}, "invalid"),
    "an unknown field of a lone surrogate": ({"\ud800": 7}, "malformed"),
    "no name": ({"name": ...}, "invalid"),
    "no workspace": ({"workspaceId": ...}, "invalid"),
}


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_every_refusal_is_told_by_both_errors_and_the_acknowledgement(
    service: RunningService, language: str
) -> None:
    w = f"refused-{language}"
    await create_channel(service.url, w, "taken")
    access = token("bob", {w: "user", "as-guest": "guest"})
    async with STOCK_CLIENTS[language](service.url, auth={"token": access}) as client:
        await client.event("auth-success")
        for number, (case, (changes, code)) in enumerate(REFUSALS.items()):
            data = {"workspaceId": w, "name": "right", **changes}
            data = {name: value for name, value in data.items() if value is not ...}
            transaction = f"t{number}"

            answer = await client.call("create-channel", {**data, "transaction": transaction})
            text = await client.event(f"socket-api-error-{transaction}")
            assert answer == {"error": {"code": code, "message": text}}, case
            error = {"event": "create-channel", "message": text, "code": code}
            assert client.events("socket-api-error")[2 * number :] == [error], case

            await client.emit("create-channel", data)
            await client.event("socket-api-error", 2 * number + 2)
            assert client.events("socket-api-error")[2 * number + 1 :] == [error], case
            assert client.events(f"socket-api-error-{transaction}") == [text], case
        created = await client.call("create-channel", {"workspaceId": w, "name": "right"})
        assert await client.event("channel-created") == created["channel"]
        assert "internal" not in [error["code"] for error in client.events("socket-api-error")]


async def test_null_stands_for_what_may_be_left_out(service: RunningService) -> None:
    async with js_client(service.url, auth={"token": token("bob", (W,))}) as client:
        await client.event("auth-success")
        data = {"workspaceId": W, "name": "nulls", "transaction": None, "idempotencyKey": None}
        answer = await client.call("create-channel", {**data, "description": None})
        assert answer["channel"]["description"] is None


async def test_the_events_of_a_socket_are_served_in_the_order_of_their_arrival(
    service: RunningService,
) -> None:
    async with js_client(service.url, auth={"token": token("bob", ("in-order",))}) as client:
        await client.event("auth-success")
        names = [f"channel {number}" for number in range(50)]
        for name in names:
            await client.emit("create-channel", {"workspaceId": "in-order", "name": name})
        await client.event("channel-created", len(names))
        assert [channel["name"] for channel in client.events("channel-created")] == names
