"""The refusals of the commands over a socket that change a channel: each is told in full, changes
nothing, and leaves the socket as it was."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.channels import api, create_channel
from tests.support.clients import STOCK_CLIENTS, py_client
from tests.support.service import RunningService
from tests.support.tokens import token

RIGHT: dict[str, dict[str, Any]] = {
    "update-channel": {"name": "new"},
    "delete-channel": {},
    "add-channel-member": {"userId": "zoe"},
    "remove-channel-member": {"userId": "zed"},
}
"""What bob may do to the channel `his`."""

Case = tuple[dict[str, Any], str]

OF_CHANNEL: dict[str, Case] = {
    "a private channel that he is a plain member of": ({"channelId": "hers"}, "forbidden"),
    "a public channel of another user": ({"channelId": "hers for all"}, "forbidden"),
    "a workspace that the token does not name": ({"workspaceId": "another"}, "forbidden"),
    "a private channel without him": ({"channelId": "hidden"}, "not_found"),
    "a channel of another workspace": ({"channelId": "elsewhere"}, "not_found"),
    "a channel that is deleted": ({"channelId": "gone"}, "not_found"),
    "a channel that never was": ({"channelId": str(uuid4())}, "not_found"),
    "an id that is none": ({"channelId": "x"}, "not_found"),
    "an id of a lone surrogate": ({"channelId": "\ud800"}, "not_found"),
    "an earlier version": ({"version": 1}, "stale_version"),
    "a later version": ({"version": 3}, "stale_version"),
    "version 0": ({"version": 0}, "invalid"),
    "a version of text": ({"version": "2"}, "invalid"),
    "a version of a fraction": ({"version": 2.5}, "invalid"),
    "a numeric id": ({"channelId": 7}, "invalid"),
    "an id of null": ({"channelId": None}, "invalid"),
    "no id": ({"channelId": ...}, "invalid"),
    "no workspace": ({"workspaceId": ...}, "invalid"),
    "a workspace of null": ({"workspaceId": None}, "invalid"),
    "an unknown field": ({"creatorId": "bob"}, "invalid"),
    "an unknown field of a lone surrogate": ({"\ud800": 7}, "malformed"),
}
OF_MEMBER: dict[str, Case] = {
    "a public channel": ({"channelId": "his for all"}, "not_private"),
    "no user": ({"userId": ...}, "invalid"),
    "a user of null": ({"userId": None}, "invalid"),
    "an empty user": ({"userId": ""}, "invalid"),
    "a user of 129 characters": ({"userId": "u" * 129}, "invalid"),
    "a user with a control character": ({"userId": "a\nb"}, "invalid"),
    "a user of a lone surrogate": ({"userId": "\ud800"}, "invalid"),
    "a numeric user": ({"userId": 7}, "invalid"),
}
REFUSALS: dict[str, dict[str, Case]] = {
    "update-channel": {
        **OF_CHANNEL,
        "a name that is taken": ({"name": "HERS FOR ALL"}, "name_taken"),
        "a name that is taken where he cannot see it": ({"name": "Hidden"}, "name_taken"),
        "an empty name": ({"name": ""}, "invalid"),
        "a name of 101 characters": ({"name": "n" * 101}, "invalid"),
        "a name of null": ({"name": None}, "invalid"),
        "a name of a lone surrogate": ({"name": "\ud800"}, "invalid"),
        "a description of 2,001 characters": ({"description": "d" * 2_001}, "invalid"),
        "a numeric description": ({"description": 7}, "invalid"),
        "isPrivate of null": ({"isPrivate": None}, "invalid"),
        "isPrivate of text": ({"isPrivate": "true"}, "invalid"),
    },
    "delete-channel": {**OF_CHANNEL, "a user": ({"userId": "bob"}, "invalid")},
    "add-channel-member": {
        **OF_CHANNEL,
        **OF_MEMBER,
        "the last admin as a plain user": ({"userId": "bob", "role": "user"}, "last_admin"),
        "an unknown role": ({"role": "owner"}, "invalid"),
        "a numeric role": ({"role": 1}, "invalid"),
    },
    "remove-channel-member": {
        **OF_CHANNEL,
        **OF_MEMBER,
        "the last admin": ({"userId": "bob"}, "last_admin"),
        "a role": ({"role": "user"}, "invalid"),
    },
}
NO_OBJECT: list[Any] = [None, "text", 7, True, [], ["his"]]


async def prepared(url: str, workspace: str) -> dict[str, str]:
    """The channels of REFUSALS: their ids by their names. `his` has had two events."""

    async def create(user: str, name: str, *, is_private: bool = True) -> str:
        channel = await create_channel(url, workspace, name, user=user, isPrivate=is_private)
        return str(channel["id"])

    ids = {
        "his": await create("bob", "his"),
        "his for all": await create("bob", "his for all", is_private=False),
        "gone": await create("bob", "gone"),
        "hers": await create("alice", "hers"),
        "hers for all": await create("alice", "hers for all", is_private=False),
        "hidden": await create("alice", "hidden"),
        "elsewhere": (await create_channel(url, f"{workspace}-2", "elsewhere", user="bob"))["id"],
    }
    async with api(url, workspace, "bob") as bob, api(url, workspace, "alice") as alice:
        for response in (
            await bob.put(f"/{ids['his']}/members/zed"),
            await bob.delete(f"/{ids['gone']}"),
            await alice.put(f"/{ids['hers']}/members/bob"),
            await alice.put(f"/{ids['hers']}/members/zed"),
        ):
            assert response.status_code == 200
    return ids


@pytest.mark.parametrize("language", STOCK_CLIENTS)
@pytest.mark.parametrize("event", RIGHT)
async def test_every_refusal_is_told_by_both_errors_and_the_acknowledgement_and_changes_nothing(
    service: RunningService, workspace: str, event: str, language: str
) -> None:
    ids = await prepared(service.url, workspace)
    right = {"workspaceId": workspace, "channelId": ids["his"], **RIGHT[event]}
    auth = {"token": token("bob", (workspace,))}
    before = await create_channel(service.url, workspace, "before")
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        await client.event("auth-success")
        for number, (case, (changes, code)) in enumerate(REFUSALS[event].items()):
            data = {
                name: ids.get(value, value) if name == "channelId" else value
                for name, value in {**right, **changes}.items()
                if value is not ...
            }
            transaction = f"t{number}"

            answer = await client.call(event, {**data, "transaction": transaction})
            assert answer.keys() == {"error"}, case
            text = await client.event(f"socket-api-error-{transaction}")
            assert answer == {"error": {"code": code, "message": text}}, case
            error = {"event": event, "message": text, "code": code}
            assert client.events("socket-api-error")[2 * number :] == [error], case

            await client.emit(event, data)
            await client.event("socket-api-error", 2 * number + 2)
            assert client.events("socket-api-error")[2 * number + 1 :] == [error], case
            assert client.events(f"socket-api-error-{transaction}") == [text], case
        after = await create_channel(service.url, workspace, "after")
        assert after["position"] == before["position"] + 2  # nothing but its creation and its name
        await client.until(lambda: after in client.events("channel-created"))
        names = {str(heard.name) for heard in client.heard if heard.kind == "event"}
        assert {name for name in names if "error" not in name} == {
            "auth-success",
            "channel-created",
        }
        assert "error" not in await client.call(event, right)


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_data_that_is_no_object_is_malformed(
    service: RunningService, workspace: str, language: str
) -> None:
    auth = {"token": token("bob", (workspace,))}
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        await client.event("auth-success")
        told = 0
        for event in RIGHT:
            for data in NO_OBJECT:
                answer = await client.call(event, data)
                told += 1
                error = await client.event("socket-api-error", told)
                assert error == {"event": event, **answer["error"]}
                assert error["code"] == "malformed"
        created = await client.call("create-channel", {"workspaceId": workspace, "name": "right"})
        assert await client.event("channel-created") == created["channel"]


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_nothing_is_done_before_a_socket_has_authenticated(
    service: RunningService, workspace: str, language: str
) -> None:
    channel = await create_channel(service.url, workspace, "his", user="bob", isPrivate=True)
    of = {"workspaceId": workspace, "channelId": channel["id"]}
    async with STOCK_CLIENTS[language](service.url) as client:
        for number, (event, data) in enumerate(RIGHT.items(), 1):
            answer = await client.call(event, {**of, **data, "transaction": event})
            text = await client.event(f"socket-api-error-{event}")
            assert answer == {"error": {"code": "not_authenticated", "message": text}}
            error = {"event": event, "message": text, "code": "not_authenticated"}
            assert await client.event("socket-api-error", number) == error
        after = await create_channel(service.url, workspace, "after")
        assert after["position"] == channel["position"] + 2
        await client.auth(token("bob", (workspace,)))
        assert "error" not in await client.call("delete-channel", of)


@pytest.mark.parametrize("event", RIGHT)
async def test_whoever_is_out_is_refused_on_the_socket_that_they_have_open(
    service: RunningService, workspace: str, event: str
) -> None:
    """As of the command after the one that took them out, without authenticating again."""
    ids = await prepared(service.url, workspace)
    of = {"workspaceId": workspace, "channelId": ids["his"]}
    async with py_client(service.url, auth={"token": token("bob", (workspace,))}) as client:
        for data in ({"userId": "alice", "role": "admin"}, {"userId": "bob"}):
            kind = "add" if "role" in data else "remove"
            assert "error" not in await client.call(f"{kind}-channel-member", {**of, **data})
        answer = await client.call(event, {**of, **RIGHT[event]})
        assert answer["error"]["code"] == "not_found"
