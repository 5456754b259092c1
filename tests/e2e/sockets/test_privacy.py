"""What sockets hear as a channel changes between private and public: it appears, or is gone, for
those who are no members; and nothing of what it was called in private reaches them."""

import pytest

from tests.support.clients import STOCK_CLIENTS
from tests.support.listeners import listeners
from tests.support.service import RunningService


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_a_channel_that_becomes_private_is_gone_for_all_but_its_admins(
    service: RunningService, workspace: str, language: str
) -> None:
    """Its creator and whoever did it."""
    names, client = ("alice", "bob", "bob's phone", "dora", "mona"), STOCK_CLIENTS[language]
    roles = {"dora": "admin", "mona": "moderator"}
    async with listeners(
        service.url, workspace, *names, elsewhere=["eve"], roles=roles, open_client=client
    ) as users:
        channel = await users.create("alice", name="general", description="for all")
        answer = await users.ask(
            "dora", "update-channel", channelId=channel["id"],
            isPrivate=True, name="hidden", description="hidden too",
        )  # fmt: skip
        updated = answer["channel"]
        assert (updated["name"], updated["isPrivate"], updated["version"]) == ("hidden", True, 4)
        for_members = [("channel-updated", updated)]
        gone = {
            "channelId": channel["id"],
            "workspaceId": workspace,
            "position": updated["position"],
        }
        for_others = [("channel-deleted", gone)]
        assert await users.heard() == {
            "alice": for_members,
            "bob": for_others,
            "bob's phone": for_others,
            "dora": for_members,
            "mona": for_others,
            "eve": [],
        }


async def test_a_channel_that_becomes_public_appears_to_all_who_are_no_members(
    service: RunningService, workspace: str
) -> None:
    names = ("alice", "bob", "carol", "gail")
    async with listeners(
        service.url, workspace, *names, elsewhere=["eve"], roles={"gail": "guest"}
    ) as users:
        of = {"channelId": (await users.create("alice", name="hidden", isPrivate=True))["id"]}
        await users.ask("alice", "add-channel-member", **of, userId="bob")
        await users.heard()
        answer = await users.ask("alice", "update-channel", **of, isPrivate=False, name="open")
        opened = answer["channel"]
        assert (opened["name"], opened["isPrivate"]) == ("open", False)
        assert await users.heard() == {
            "alice": [("channel-updated", opened)],
            "bob": [("channel-updated", opened)],
            "carol": [("channel-created", opened)],
            "gail": [("channel-created", opened)],
            "eve": [],
        }


async def test_nothing_of_its_time_in_private_reaches_those_who_were_no_members(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice", "bob", "carol") as users:
        of = {"channelId": (await users.create("alice", name="general"))["id"]}
        await users.ask("alice", "update-channel", **of, isPrivate=True, name="hidden 1")
        await users.ask("alice", "update-channel", **of, name="hidden 2", description="hidden")
        await users.ask("alice", "add-channel-member", **of, userId="carol", role="admin")
        await users.ask("alice", "remove-channel-member", **of, userId="carol")
        await users.ask("alice", "update-channel", **of, description=None, name="hidden 3")
        answer = await users.ask("alice", "update-channel", **of, isPrivate=False, name="open")
        heard = (await users.heard())["bob"]
        assert [event for event, _ in heard] == ["channel-deleted", "channel-created"]
        assert heard[1] == ("channel-created", answer["channel"])
        for word in ("hidden", "carol"):
            assert word not in str(heard)


async def test_members_from_before_it_was_public_keep_it_when_it_is_private_again(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice", "bob", "carol") as users:
        of = {"channelId": (await users.create("alice", name="a", isPrivate=True))["id"]}
        await users.ask("alice", "add-channel-member", **of, userId="bob")
        await users.ask("alice", "update-channel", **of, isPrivate=False)
        await users.heard()
        updated = await users.ask("alice", "update-channel", **of, isPrivate=True)
        said = [("channel-updated", updated["channel"])]
        position = updated["channel"]["position"]
        gone = {**of, "workspaceId": workspace, "position": position}
        assert await users.heard() == {
            "alice": said,
            "bob": said,
            "carol": [("channel-deleted", gone)],
        }


async def test_whoever_lost_a_channel_hears_of_it_again_only_once_it_is_public(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice", "bob") as users:
        of = {"channelId": (await users.create("alice", name="general"))["id"]}
        for number in range(3):
            await users.ask("alice", "update-channel", **of, isPrivate=True)
            await users.ask("alice", "update-channel", **of, name=f"hidden {number}")
            assert [event for event, _ in (await users.heard())["bob"]] == ["channel-deleted"]
            await users.ask("alice", "update-channel", **of, name=f"open {number}", isPrivate=False)
            last = await users.ask("alice", "update-channel", **of, description=f"{number}")
            heard = (await users.heard())["bob"]
            assert [event for event, _ in heard] == ["channel-created", "channel-updated"]
            assert heard[1][1] == last["channel"]


async def test_a_private_channel_that_is_deleted_says_nothing_to_those_who_lost_it(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice", "bob") as users:
        of = {"channelId": (await users.create("alice", name="general"))["id"]}
        await users.ask("alice", "update-channel", **of, isPrivate=True)
        await users.heard()
        gone = await users.ask("alice", "delete-channel", **of)
        assert await users.heard() == {"alice": [("channel-deleted", gone)], "bob": []}
