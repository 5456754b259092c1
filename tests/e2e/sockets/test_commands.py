"""The commands over a socket that change a channel: what they are acknowledged with."""

import pytest

from tests.support.channels import api, create_channel
from tests.support.clients import STOCK_CLIENTS, py_client
from tests.support.service import RunningService
from tests.support.tokens import token


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_each_command_is_acknowledged_with_what_it_has_made_of_the_channel(
    service: RunningService, workspace: str, language: str
) -> None:
    auth = {"token": token("bob", (workspace,))}
    channel = await create_channel(service.url, workspace, "mine", user="bob", isPrivate=True)
    of = {"workspaceId": workspace, "channelId": channel["id"]}
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        await client.event("auth-success")

        answer = await client.call("update-channel", {**of, "name": " New ", "description": "why"})
        updated = answer["channel"]
        assert answer == {
            "channel": {
                **channel,
                "name": "New",
                "description": "why",
                "updatedAt": updated["updatedAt"],
                "version": 2,
                "position": updated["position"],
            }
        }
        async with api(service.url, workspace, "bob") as http:
            assert (await http.get(f"/{channel['id']}")).json() == updated

        for data, role in (({}, "user"), ({"role": "admin"}, "admin"), ({"role": None}, "admin")):
            answer = await client.call("add-channel-member", {**of, "userId": "carol", **data})
            position = answer["member"]["position"]
            in_channel = {
                field: answer["member"][field] for field in ("updatedAt", "version", "position")
            }
            assert answer == {"member": {**of, "userId": "carol", "role": role, **in_channel}}

        removed = await client.call("remove-channel-member", {**of, "userId": "carol"})
        assert removed == {
            **of,
            "userId": "carol",
            "updatedAt": removed["updatedAt"],
            "version": answer["member"]["version"] + 1,
            "position": removed["position"],
        }

        gone = await client.call("delete-channel", of)
        assert gone == {**of, "position": gone["position"]}
        assert updated["position"] < position < removed["position"] < gone["position"]
        assert client.events("socket-api-error") == []


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_each_command_is_done_without_an_acknowledgement_or_a_transaction_too(
    service: RunningService, workspace: str, language: str
) -> None:
    auth = {"token": token("bob", (workspace,))}
    channel = await create_channel(service.url, workspace, "mine", user="bob", isPrivate=True)
    of = {"workspaceId": workspace, "channelId": channel["id"]}
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        await client.event("auth-success")
        await client.emit("update-channel", {**of, "name": "new"})
        await client.emit("add-channel-member", {**of, "userId": "carol"})
        await client.emit("remove-channel-member", {**of, "userId": "carol"})
        await client.emit("delete-channel", of)
        await client.event("channel-deleted")
        assert [heard.name for heard in client.heard if heard.kind == "event"] == [
            "auth-success",
            "channel-updated",
            "channel-member-added",
            "channel-member-removed",
            "channel-deleted",
        ]


async def test_a_version_that_is_the_channels_lets_each_command_through(
    service: RunningService, workspace: str
) -> None:
    channel = await create_channel(service.url, workspace, "mine", user="bob", isPrivate=True)
    of = {"workspaceId": workspace, "channelId": channel["id"]}
    async with py_client(service.url, auth={"token": token("bob", (workspace,))}) as client:
        for version, (event, data) in enumerate(
            (
                ("update-channel", {"name": "new"}),
                ("add-channel-member", {"userId": "carol"}),
                ("remove-channel-member", {"userId": "carol"}),
                ("delete-channel", {}),
            ),
            start=1,
        ):
            answer = await client.call(event, {**of, **data, "version": version})
            assert "error" not in answer


async def test_what_changes_nothing_is_acknowledged_as_it_is(
    service: RunningService, workspace: str
) -> None:
    channel = await create_channel(service.url, workspace, "mine", user="bob", isPrivate=True)
    of = {"workspaceId": workspace, "channelId": channel["id"]}
    as_it_is = {field: channel[field] for field in ("updatedAt", "version", "position")}
    async with py_client(service.url, auth={"token": token("bob", (workspace,))}) as client:
        assert await client.call("update-channel", {**of, "name": "mine"}) == {"channel": channel}
        assert await client.call("add-channel-member", {**of, "userId": "bob"}) == {
            "member": {**of, "userId": "bob", "role": "admin", **as_it_is}
        }
        assert await client.call("remove-channel-member", {**of, "userId": "carol"}) == {
            **of,
            "userId": "carol",
            **as_it_is,
        }
        after = await create_channel(service.url, workspace, "after")
        assert (
            after["position"] == channel["position"] + 2
        )  # beyond the creation and its name, nothing


async def test_null_stands_for_what_may_be_left_out(
    service: RunningService, workspace: str
) -> None:
    channel = await create_channel(service.url, workspace, "mine", user="bob", isPrivate=True)
    of = {"workspaceId": workspace, "channelId": channel["id"], "version": None}
    async with py_client(service.url, auth={"token": token("bob", (workspace,))}) as client:
        for event, data in (
            ("update-channel", {"description": None}),
            ("add-channel-member", {"userId": "carol", "role": None}),
            ("remove-channel-member", {"userId": "carol"}),
            ("delete-channel", {}),
        ):
            answer = await client.call(event, {**of, **data, "transaction": None})
            assert "error" not in answer
        assert client.events("socket-api-error") == []


@pytest.mark.parametrize("user_id", ["a/b", " ", ".", "grüß", "😀" * 128])
async def test_a_member_may_have_any_id(
    service: RunningService, workspace: str, user_id: str
) -> None:
    channel = await create_channel(service.url, workspace, "mine", user="bob", isPrivate=True)
    of = {"workspaceId": workspace, "channelId": channel["id"], "userId": user_id}
    async with py_client(service.url, auth={"token": token("bob", (workspace,))}) as client:
        answer = await client.call("add-channel-member", of)
        assert answer["member"]["userId"] == user_id
        async with api(service.url, workspace, user_id) as http:
            assert (await http.get(f"/{channel['id']}")).status_code == 200
            assert (await client.call("remove-channel-member", of))["userId"] == user_id
            assert (await http.get(f"/{channel['id']}")).status_code == 404
