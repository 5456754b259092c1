"""kanal-client and its tokens: those that run out, that are taken back, that name another user, or
the workspace no longer."""

import httpx
import pytest

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import PATIENCE
from tests.support.kanal_client import Refused, kanal_client, way_to
from tests.support.revoking import issued_later, revoke, two_nodes
from tests.support.service import RunningService
from tests.support.tokens import token

pytestmark = pytest.mark.usefixtures("language")

SOON = 4.0
"""Seconds until a token runs out while a test waits for it, whatever the client does by then."""

LATER = 8.0
"""Seconds until a token runs out for which the client is to have another one by then."""


async def has_run_out(url: str, workspace: str, access: str) -> None:
    """Return once the service does not take a token any more."""
    headers = {"Authorization": f"Bearer {access}"}

    async def is_refused() -> bool:
        answer = await http.get(f"{url}/workspaces/{workspace}/channels", headers=headers)
        return answer.status_code == 401

    async with httpx.AsyncClient(timeout=PATIENCE, verify=False) as http:
        await eventually(is_refused)


async def test_a_token_is_replaced_before_it_runs_out_and_the_list_stays_live(
    service: RunningService, workspace: str
) -> None:
    before = await create_channel(service.url, workspace, "before")
    async with kanal_client(service.url, workspace, None) as client:
        await client.until(lambda _: client.asked)
        asked, old = client.asked, token("alice", (workspace,), ttl=LATER)
        client.give(old, token("alice", (workspace,)))
        await client.live(position=before["position"])
        await has_run_out(service.url, workspace, old)
        after = await create_channel(service.url, workspace, "after")
        await client.live(position=after["position"])
        assert (client.names, client.models) == (["before", "after"], 2)
        assert client.asked >= asked + 2
        shown = [state["status"] for state in client.states if state["status"] != "connecting"]
        assert shown == ["catching-up", "live", "live"]


async def test_a_fresh_token_that_is_refused_leaves_the_list_live_as_long_as_the_old_one_is_good(
    service: RunningService, workspace: str
) -> None:
    async with kanal_client(service.url, workspace, None) as client:
        await client.until(lambda _: client.asked)
        old, good = token("alice", (workspace,), ttl=LATER), token("alice", (workspace,))
        client.give(old, "none of ours", good)
        await has_run_out(service.url, workspace, old)
        last = await create_channel(service.url, workspace, "last")
        await client.live(position=last["position"])
        shown = [state["status"] for state in client.states if state["status"] != "connecting"]
        assert shown == ["catching-up", "live", "live"]


async def test_a_token_that_does_run_out_is_replaced_and_nothing_is_missed(
    service: RunningService, workspace: str
) -> None:
    before = await create_channel(service.url, workspace, "before")
    async with kanal_client(service.url, workspace, None) as client:
        await client.until(lambda _: client.asked)
        client.give(token("alice", (workspace,), ttl=SOON), None)
        await client.status("away")
        assert "token_expired" in {state["reason"] for state in client.states}
        after = await create_channel(service.url, workspace, "after")
        client.give(token("alice", (workspace,)))
        await client.live(position=max(before["position"], after["position"]))
        assert client.names == ["before", "after"]
        assert client.models == 2


async def test_a_token_that_ran_out_and_is_not_replaced_is_refused_and_the_list_stays(
    service: RunningService, workspace: str
) -> None:
    there = await create_channel(service.url, workspace, "there")
    access = token("alice", (workspace,))
    async with way_to(service.url) as way, kanal_client(way.url, workspace, access) as client:
        await client.live(position=there["position"])
        client.give(token("alice", (workspace,), ttl=-1))
        await way.interrupt(client)
        state = await client.status("refused")
        assert state["reason"] == "token_expired"
        assert client.names == ["there"]
        missed = await create_channel(service.url, workspace, "missed")
        client.give(access)
        client.reconnect()
        state = await client.live(position=missed["position"])
        assert client.names == ["there", "missed"]
        assert state["reason"] is None
        assert client.models == 2


@pytest.mark.parametrize("bad", ["none of ours", ""])
async def test_a_token_that_was_never_good_is_refused_until_there_is_another(
    service: RunningService, workspace: str, bad: str
) -> None:
    async with kanal_client(service.url, workspace, bad) as client:
        state = await client.status("refused")
        assert state["reason"] in ("token_invalid", "token_missing")
        with pytest.raises(Refused) as refused:
            await client.call("create", {"name": "x"})
        assert (refused.value.code, refused.value.status) == (state["reason"], 401)
        client.give(token("alice", (workspace,)))
        client.reconnect()
        await client.live()
        await client.call("create", {"name": "x"})


async def test_an_application_that_has_another_token_while_it_gives_the_old_one_is_asked_again(
    service: RunningService, workspace: str
) -> None:
    async with kanal_client(service.url, workspace, None) as client:
        client.hold()
        client.give("none of ours")
        await client.until(lambda _: client.held)
        client.hold()
        await client.status("refused")
        await client.until(lambda _: client.held == 2)
        client.give(token("alice", (workspace,)))
        client.reconnect()
        client.hold(is_held=False)
        await client.live()


async def test_an_application_that_has_no_token_yet_is_asked_again(
    service: RunningService, workspace: str
) -> None:
    async with kanal_client(service.url, workspace, None) as client:
        await client.until(lambda _: client.asked >= 2)
        client.give(token("alice", (workspace,)))
        await client.live()


async def test_a_token_that_does_not_name_the_workspace_is_refused_and_shows_nothing(
    service: RunningService, workspace: str
) -> None:
    there = await create_channel(service.url, workspace, "there")
    access = token("alice", (workspace, "other"))
    async with way_to(service.url) as way, kanal_client(way.url, workspace, access) as client:
        await client.live(position=there["position"])
        client.give(token("alice", ("other",)))
        await way.interrupt(client)
        state = await client.status("refused")
        assert (state["reason"], client.names) == ("forbidden", [])
        missed = await create_channel(service.url, workspace, "missed")
        client.give(access)
        client.reconnect()
        await client.live(position=missed["position"])
        assert client.names == ["there", "missed"]


@pytest.mark.parametrize("change", ["over a new connection", "on the same connection"])
async def test_another_user_sees_their_own_list_and_nothing_of_the_first_ones(
    service: RunningService, workspace: str, change: str
) -> None:
    await create_channel(service.url, workspace, "alice's", isPrivate=True)
    await create_channel(service.url, workspace, "bob's", user="bob", isPrivate=True)
    is_new = change == "over a new connection"
    alice = token("alice", (workspace,), ttl=3600 if is_new else SOON)
    bob = token("bob", (workspace,))
    async with (
        way_to(service.url) as way,
        kanal_client(way.url, workspace, alice, bob) as client,
    ):
        if is_new:
            await client.live()
            await way.interrupt(client)
        await client.until(lambda state: state["userId"] == "bob" and state["status"] == "live")
        assert client.names == ["bob's"]
        for state in client.states:
            names = {channel["name"] for channel in state["channels"]}
            assert names <= {f"{state['userId']}'s"}


async def test_access_that_is_taken_back_ends_the_list_until_a_later_token(
    database_url: str, workspace: str
) -> None:
    with two_nodes(database_url) as (node, other):
        there = await create_channel(node.url, workspace, "there")
        access = token("bob", (workspace, "other"))
        async with kanal_client(node.url, workspace, access) as client:
            await client.live(position=there["position"])
            await revoke(other.url, "bob", "other")
            after = await create_channel(node.url, workspace, "after the other one")
            await client.live(position=after["position"])
            assert {state["status"] for state in client.states} == {
                "connecting", "catching-up", "live",
            }  # fmt: skip
            await revoke(other.url, "bob", workspace)
            state = await client.status("refused")
            assert (state["reason"], client.names) == ("access_revoked", [])
            missed = await create_channel(node.url, workspace, "missed")
            client.give(issued_later("bob", (workspace,)))
            client.reconnect()
            await client.live(position=missed["position"])
            assert client.names == ["there", "after the other one", "missed"]


async def test_who_signs_in_again_at_once_goes_on_without_being_asked(
    database_url: str, workspace: str
) -> None:
    with two_nodes(database_url) as (node, other):
        there = await create_channel(node.url, workspace, "there")
        async with kanal_client(node.url, workspace, token("bob", (workspace,))) as client:
            await client.live(position=there["position"])
            client.give(issued_later("bob", (workspace,)))
            await revoke(other.url, "bob")
            await client.until(lambda _: client.asked > 1)
            last = await create_channel(node.url, workspace, "later")
            await client.live(position=last["position"])
            assert client.names == ["there", "later"]


async def test_a_token_from_a_file_may_end_with_a_new_line(
    service: RunningService, workspace: str
) -> None:
    access = token("alice", (workspace,)) + "\n"
    async with kanal_client(service.url, workspace, access) as client:
        await client.live()
        made = await client.call("create", {"name": "made"})
        await client.live(position=made["position"])


async def test_what_no_header_can_hold_is_refused_at_once(
    service: RunningService, workspace: str
) -> None:
    async with kanal_client(service.url, workspace, token("alice", (workspace,))) as client:
        await client.live()
        for key in ("ключ", "two\nlines"):
            with pytest.raises(Refused, match="no header can hold") as refused:
                await client.call("create", {"name": "made"}, {"idempotencyKey": key})
            assert (refused.value.code, refused.value.status) == ("invalid", 422)
        with pytest.raises(Refused) as refused:
            await client.call("get", "..")
        assert (refused.value.code, refused.value.status) == ("invalid", 422)
