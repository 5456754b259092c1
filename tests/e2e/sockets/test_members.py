"""What sockets hear as members come and go: a channel appears to whoever is let in, and is gone
for whoever is out, on every socket of theirs, at that position."""

from typing import Any

import pytest

from tests.support.channels import api
from tests.support.clients import STOCK_CLIENTS
from tests.support.listeners import listeners
from tests.support.service import RunningService


async def model_for(service: RunningService, workspace: str, user: str, channel_id: str) -> Any:
    """The channel as the user reads it now."""
    async with api(service.url, workspace, user) as http:
        return (await http.get(f"/{channel_id}")).json()


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_a_channel_appears_to_whoever_is_let_in_and_its_members_hear_of_them(
    service: RunningService, workspace: str, language: str
) -> None:
    names, client = ("alice", "bob", "bob's phone", "carol"), STOCK_CLIENTS[language]
    async with listeners(service.url, workspace, *names, open_client=client) as users:
        channel = await users.create("alice", name="secret", description="a", isPrivate=True)
        answer = await users.ask(
            "alice", "add-channel-member", channelId=channel["id"], userId="bob"
        )
        added = answer["member"]
        assert added == {
            "channelId": channel["id"],
            "workspaceId": workspace,
            "userId": "bob",
            "role": "user",
            "updatedAt": added["updatedAt"],
            "version": 2,
            "position": added["position"],
        }
        appeared = await model_for(service, workspace, "bob", channel["id"])
        assert appeared["position"] == added["position"]
        told = ("channel-member-added", added)
        assert await users.heard() == {
            "alice": [told],
            "bob": [("channel-created", appeared), told],
            "bob's phone": [("channel-created", appeared), told],
            "carol": [],
        }


async def test_a_new_role_is_heard_by_the_members_and_nothing_appears(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice", "bob", "carol") as users:
        of = {"channelId": (await users.create("alice", name="secret", isPrivate=True))["id"]}
        await users.ask("alice", "add-channel-member", **of, userId="bob")
        await users.heard()
        said = []
        for role in ("admin", "user"):
            answer = await users.ask("alice", "add-channel-member", **of, userId="bob", role=role)
            assert answer["member"]["role"] == role
            said.append(("channel-member-added", answer["member"]))
        assert await users.heard() == {"alice": said, "bob": said, "carol": []}


@pytest.mark.parametrize("leaves", [False, True], ids=["taken out", "leaves"])
async def test_the_open_sockets_of_whoever_is_out_hear_that_it_is_gone_and_then_nothing(
    service: RunningService, workspace: str, leaves: bool
) -> None:
    names = ("alice", "bob", "bob's phone", "carol", "dave")
    async with listeners(service.url, workspace, *names) as users:
        of = {"channelId": (await users.create("alice", name="secret", isPrivate=True))["id"]}
        for name in ("bob", "carol"):
            await users.ask("alice", "add-channel-member", **of, userId=name)
        await users.heard()

        by = "bob" if leaves else "alice"
        removed = await users.ask(by, "remove-channel-member", **of, userId="bob")
        assert removed == {
            **of,
            "workspaceId": workspace,
            "userId": "bob",
            "updatedAt": removed["updatedAt"],
            "version": 4,
            "position": removed["position"],
        }
        updated = (await users.ask("alice", "update-channel", **of, name="new"))["channel"]
        added = (await users.ask("alice", "add-channel-member", **of, userId="dave"))["member"]
        gone_for_carol = await users.ask("alice", "remove-channel-member", **of, userId="carol")
        gone = await users.ask("alice", "delete-channel", **of)

        for_bob = [("channel-deleted", {**gone, "position": removed["position"]})]
        told = [
            ("channel-member-removed", removed),
            ("channel-updated", updated),
            ("channel-member-added", added),
        ]
        last = ("channel-member-removed", gone_for_carol)
        heard = await users.heard()
        dave_saw = heard.pop("dave")
        assert heard == {
            "alice": [*told, last, ("channel-deleted", gone)],
            "bob": for_bob,
            "bob's phone": for_bob,
            "carol": [
                *told,
                ("channel-deleted", {**gone, "position": gone_for_carol["position"]}),
            ],
        }
        assert dave_saw[1:] == [told[-1], last, ("channel-deleted", gone)]


async def test_whoever_is_let_in_again_hears_again(service: RunningService, workspace: str) -> None:
    async with listeners(service.url, workspace, "alice", "bob") as users:
        of = {"channelId": (await users.create("alice", name="secret", isPrivate=True))["id"]}
        for number in range(3):
            added = await users.ask("alice", "add-channel-member", **of, userId="bob")
            updated = await users.ask("alice", "update-channel", **of, name=f"secret {number}")
            removed = await users.ask("alice", "remove-channel-member", **of, userId="bob")
            await users.ask("alice", "update-channel", **of, name=f"unheard {number}")
            heard = (await users.heard())["bob"]
            assert [event for event, _ in heard] == [
                "channel-created",
                "channel-member-added",
                "channel-updated",
                "channel-deleted",
            ]
            assert [payload for _, payload in heard[1:3]] == [added["member"], updated["channel"]]
            assert heard[3][1]["position"] == removed["position"]
            assert f"unheard {number}" not in str(heard)


async def test_a_member_who_is_let_in_has_it_on_a_socket_that_comes_later(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice") as users:
        of = {"channelId": (await users.create("alice", name="secret", isPrivate=True))["id"]}
        await users.ask("alice", "add-channel-member", **of, userId="bob")
        async with listeners(service.url, workspace, "bob") as later:
            updated = await users.ask("alice", "update-channel", **of, name="new")
            assert await later.heard() == {"bob": [("channel-updated", updated["channel"])]}


async def test_a_member_whose_token_does_not_name_the_workspace_hears_nothing(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice", elsewhere=["eve"]) as users:
        of = {"channelId": (await users.create("alice", name="secret", isPrivate=True))["id"]}
        await users.ask("alice", "add-channel-member", **of, userId="eve", role="admin")
        await users.ask("alice", "update-channel", **of, name="new")
        await users.ask("alice", "remove-channel-member", **of, userId="eve")
        assert (await users.heard())["eve"] == []


async def test_an_admin_who_lets_in_and_takes_out_need_not_have_created_the_channel(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice", "bob", "carol") as users:
        of = {"channelId": (await users.create("alice", name="secret", isPrivate=True))["id"]}
        await users.ask("alice", "add-channel-member", **of, userId="bob", role="admin")
        await users.heard()
        removed = await users.ask("bob", "remove-channel-member", **of, userId="alice")
        updated = await users.ask("bob", "update-channel", **of, name="his")
        gone = {**of, "workspaceId": workspace, "position": removed["position"]}
        assert await users.heard() == {
            "alice": [("channel-deleted", gone)],
            "bob": [("channel-member-removed", removed), ("channel-updated", updated["channel"])],
            "carol": [],
        }
