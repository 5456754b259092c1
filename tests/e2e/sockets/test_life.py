"""Who hears what of a channel's life: each event once, in whole, to all whom it concerns and to
nobody else."""

import asyncio

import pytest

from tests.support.channels import api
from tests.support.clients import STOCK_CLIENTS
from tests.support.listeners import listeners
from tests.support.service import RunningService


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_an_update_of_a_public_channel_is_heard_by_all_of_its_workspace(
    service: RunningService, workspace: str, language: str
) -> None:
    names, client = ("alice", "alice's phone", "bob", "gail"), STOCK_CLIENTS[language]
    async with listeners(
        service.url,
        workspace,
        *names,
        elsewhere=["eve"],
        roles={"gail": "guest"},
        open_client=client,
    ) as users:
        channel = await users.create("alice", name="general")
        answer = await users.ask(
            "alice", "update-channel", channelId=channel["id"], name="new", description="why"
        )
        updated = answer["channel"]
        assert (updated["name"], updated["description"], updated["version"]) == ("new", "why", 2)
        said = [("channel-updated", updated)]
        assert await users.heard() == {**dict.fromkeys(names, said), "eve": []}


async def test_an_update_of_a_private_channel_is_heard_by_its_members_alone(
    service: RunningService, workspace: str
) -> None:
    roles = {"dora": "admin", "mona": "moderator"}
    async with listeners(service.url, workspace, "alice", "bob", *roles, roles=roles) as users:
        channel = await users.create("alice", name="secret", isPrivate=True)
        of = {"channelId": channel["id"]}
        await users.ask("alice", "add-channel-member", **of, userId="bob")
        await users.heard()
        answer = await users.ask("alice", "update-channel", **of, name="still secret")
        said = [("channel-updated", answer["channel"])]
        assert await users.heard() == {"alice": said, "bob": said, "dora": [], "mona": []}


async def test_the_end_of_a_channel_is_heard_by_all_who_could_see_it(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice", "bob", elsewhere=["eve"]) as users:
        public = await users.create("alice", name="general")
        secret = await users.create("alice", name="secret", isPrivate=True)
        gone = [
            await users.ask("alice", "delete-channel", channelId=channel["id"])
            for channel in (public, secret)
        ]
        assert [each["channelId"] for each in gone] == [public["id"], secret["id"]]
        said = [("channel-deleted", each) for each in gone]
        assert await users.heard() == {"alice": said, "bob": said[:1], "eve": []}


async def test_what_is_commanded_over_http_is_heard_alike(
    service: RunningService, workspace: str
) -> None:
    async with (
        listeners(service.url, workspace, "alice", "bob") as users,
        api(service.url, workspace) as http,
    ):
        channel = await users.create("alice", name="secret", isPrivate=True)
        path = f"/{channel['id']}"
        added = (await http.put(f"{path}/members/bob", json={"role": "admin"})).json()
        appeared = (await http.get(path)).json()
        updated = (await http.patch(path, json={"description": "why"})).json()
        removed = (await http.delete(f"{path}/members/bob")).json()
        gone = (await http.delete(path)).json()
        assert await users.heard() == {
            "alice": [
                ("channel-member-added", added),
                ("channel-updated", updated),
                ("channel-member-removed", removed),
                ("channel-deleted", gone),
            ],
            "bob": [
                ("channel-created", appeared),
                ("channel-member-added", added),
                ("channel-updated", updated),
                ("channel-deleted", {**gone, "position": removed["position"]}),
            ],
        }


async def test_what_changes_nothing_or_is_refused_is_heard_by_nobody(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice", "bob") as users:
        channel = await users.create("alice", name="secret", isPrivate=True)
        of = {"channelId": channel["id"]}
        await users.ask("alice", "add-channel-member", **of, userId="bob")
        await users.heard()
        await users.ask("alice", "update-channel", **of, name="secret", isPrivate=True)
        await users.ask("alice", "add-channel-member", **of, userId="bob", role="user")
        await users.ask("alice", "remove-channel-member", **of, userId="nobody")
        async with api(service.url, workspace, "bob") as http:
            assert (await http.delete(f"/{channel['id']}")).status_code == 403
            assert (await http.patch(f"/{channel['id']}", json={"name": ""})).status_code == 422
        assert await users.heard() == {"alice": [], "bob": []}


async def test_a_name_that_is_freed_and_taken_again_is_heard_as_two_channels(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice", "bob") as users:
        first = await users.create("alice", name="general")
        gone = await users.ask("alice", "delete-channel", channelId=first["id"])
        second = (await users.ask("bob", "create-channel", name="GENERAL"))["channel"]
        assert second["id"] != first["id"]
        said = [("channel-deleted", gone), ("channel-created", second)]
        assert await users.heard() == {"alice": said, "bob": said}


async def test_lives_that_go_on_at_once_are_heard_in_the_order_of_their_positions(
    service: RunningService, workspace: str
) -> None:
    names = ("alice", "bob", "carol")
    async with listeners(service.url, workspace, *names) as users:

        async def live(name: str) -> None:
            channel = (await users.ask(name, "create-channel", name=name))["channel"]
            for is_private in (True, False) * 4:
                await users.ask(
                    name, "update-channel", channelId=channel["id"], isPrivate=is_private
                )
            await users.ask(name, "delete-channel", channelId=channel["id"])

        await asyncio.gather(*(live(name) for name in names))
        for listener, heard in (await users.heard()).items():
            positions = [payload["position"] for _, payload in heard]
            assert positions == sorted(set(positions))
            lives: dict[str, list[str]] = {}
            for event, payload in heard:
                lives.setdefault(payload.get("id") or payload["channelId"], []).append(event)
            created, updated, deleted = "channel-created", "channel-updated", "channel-deleted"
            its_own, of_others = [created, *[updated] * 8, deleted], [created, deleted] * 5
            assert sorted(lives.values()) == sorted([its_own, of_others, of_others]), listener
