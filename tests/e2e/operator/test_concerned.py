"""Whom an event concerned: "Bob never saw #deals" is answered, for any position."""

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Any

from tests.support.channels import api, create_channel
from tests.support.clients import PyClient, js_client, py_client
from tests.support.operating import Operator
from tests.support.returning import expiring
from tests.support.revoking import LEEWAY, issued_later, revoke
from tests.support.service import RunningService
from tests.support.tokens import token


async def add(url: str, channel: Any, user: str) -> int:
    """Make a user a member; the position of that."""
    async with api(url, channel["workspaceId"]) as http:
        response = await http.put(f"/{channel['id']}/members/{user}")
    assert response.status_code == 200, response.text
    return int(response.json()["position"])


async def remove(url: str, channel: Any, user: str) -> int:
    async with api(url, channel["workspaceId"]) as http:
        response = await http.delete(f"/{channel['id']}/members/{user}")
    assert response.status_code == 200, response.text
    return int(response.json()["position"])


async def update(url: str, channel: Any, **fields: Any) -> int:
    async with api(url, channel["workspaceId"]) as http:
        response = await http.patch(f"/{channel['id']}", json=fields)
    assert response.status_code == 200, response.text
    return int(response.json()["position"])


async def test_each_of_the_audience_has_the_reason_and_the_connection_over_which_it_was_sent(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, (one, other) = "reasons", [node.url for node in nodes]
    deals = await create_channel(one, w, "deals", isPrivate=True)
    async with (
        py_client(one, auth={"token": token("alice", (w,))}) as alice,
        py_client(other, auth={"token": token("bob", (w,))}) as bob,
        py_client(other, auth={"token": token("carol", (w,))}) as carol,
    ):
        for client in (alice, bob, carol):
            await client.event("auth-success")
        position = await add(one, deals, "bob")
        await bob.event("channel-member-added")
        await alice.event("channel-member-added")
        answer = await olga.get(f"/log/{position}")
        by_user = {each["userId"]: each for each in answer["concerned"]}
        assert by_user.keys() == {"alice", "bob"}
        assert by_user["bob"]["reasons"] == ["appeared", "member"]
        assert by_user["bob"]["hears"] == [heard.name for heard in bob.heard if heard.name][1:]
        assert by_user["alice"]["reasons"] == ["member"]
        for user, node in (("alice", 0), ("bob", 1)):
            (connection,) = by_user[user]["connections"]
            (opened,) = await olga.connections_of(user, 1)
            assert (by_user[user]["verdict"], connection["outcome"]) == ("sent", "live")
            assert (connection["id"], connection["nodeId"]) == (opened["id"], opened["nodeId"])
            assert connection["transport"] == "websocket"
            asked = [each["id"] for each in (await olga.get("/nodes"))["nodes"] if each["isAsked"]]
            assert (connection["nodeId"] == asked[0]) == (node == 0)
        assert [each["reason"] for each in answer["said"]] == ["appeared", "member"]
        assert (answer["before"]["memberCount"], answer["after"]["memberCount"]) == (1, 2)
        not_heard = await olga.about(position, "carol")
        assert (not_heard["verdict"], not_heard["because"]) == ("not-concerned", "no-access")
        assert not_heard["connections"][0]["outcome"] == "live"
        assert carol.events("channel-created") == []


async def test_who_never_was_a_member_and_who_is_none_any_more_are_told_apart(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, url = "lost", nodes[0].url
    deals = await create_channel(url, w, "deals", isPrivate=True)
    added = await add(url, deals, "bob-2")
    renamed = await update(url, deals, name="new deals")
    removed = await remove(url, deals, "bob-2")
    later = await update(url, deals, name="newer deals")
    at_first, then = await olga.about(deals["position"], "bob-2"), await olga.about(later, "bob-2")
    assert (at_first["verdict"], at_first["because"]) == ("not-concerned", "no-access")
    assert (then["verdict"], then["because"]) == ("not-concerned", "lost-access")
    assert then["sight"] == at_first["sight"] == [{"from": added, "until": removed}]
    member = await olga.about(renamed, "bob-2")
    assert (member["reasons"], member["because"]) == (["member"], None)
    leaving = await olga.about(removed, "bob-2")
    assert (leaving["reasons"], leaving["hears"]) == (["lost"], ["channel-deleted"])
    answer = await olga.get(f"/log/{removed}")
    assert [each["userId"] for each in answer["concerned"]] == ["alice", "bob-2"]


async def test_who_was_away_is_told_from_where_they_go_on_and_what_they_get(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, (one, other) = "away", [node.url for node in nodes]
    async with py_client(other, auth={"token": token("bob-3", (w,))}) as bob:
        seen = (await bob.event("auth-success"))["position"]
        first = await create_channel(one, w, "first")
        await bob.event("channel-created")
    await olga.connections_of("bob-3", 0)
    missed = await create_channel(one, w, "missed")
    private = await create_channel(one, w, "private", isPrivate=True)
    added = await add(one, private, "bob-3")
    about = await olga.about(missed["position"], "bob-3")
    assert (about["verdict"], about["reasons"]) == ("away", ["workspace"])
    (connection,) = about["connections"]
    assert (connection["outcome"], connection["ended"]) == ("ended-before", "closed")
    assert connection["endedAt"] > first["createdAt"]
    assert about["away"]["recovered"] and about["away"]["willHear"]
    assert first["position"] <= about["away"]["since"] == connection["upto"] < missed["position"]
    assert (await olga.about(added, "bob-3"))["away"]["willHear"]
    await remove(one, private, "bob-3")
    gone = await olga.about(added, "bob-3")
    assert gone["away"]["recovered"] and not gone["away"]["willHear"]
    assert (await olga.about(first["position"], "bob-3"))["verdict"] == "sent"

    async with py_client(one, auth={}) as back:
        await back.auth(token("bob-3", (w,)), position=connection["upto"])
        await back.event("channel-created")
        about = await olga.about(missed["position"], "bob-3")
        assert about["verdict"] == "sent"
        assert [each["outcome"] for each in about["connections"]] == ["caught-up", "ended-before"]
        left_out = await olga.about(added, "bob-3")
        assert left_out["verdict"] == "left-out"
        before = await olga.about(first["position"], "bob-3")
        assert {each["outcome"] for each in before["connections"]} == {"live", "seen-before"}
    async with py_client(one, auth={"token": token("bob-3", (w,))}) as anew:
        await anew.event("auth-success")
        assert anew.events("channel-created") == []
        about = await olga.about(missed["position"], "bob-3")
        assert "came-later" in {each["outcome"] for each in about["connections"]}
    assert seen < first["position"]


async def test_a_client_that_comes_back_is_told_what_the_console_says(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, url = "says", nodes[0].url
    for is_private in (False, True):
        async with py_client(url, auth={"token": token("bob-4", (w,))}) as bob:
            await bob.event("auth-success")
        await olga.connections_of("bob-4", 0)
        channel = await create_channel(url, w, f"c {is_private}", isPrivate=is_private)
        added = await add(url, channel, "bob-4") if is_private else channel["position"]
        about = await olga.about(added, "bob-4")
        async with py_client(url) as back:
            since = about["away"]["since"]
            success = await back.auth(token("bob-4", (w,)), position=since)
            assert success["recovered"] == about["away"]["recovered"]
            assert (await back.event("channel-created"))["id"] == channel["id"]
            assert about["away"]["willHear"]


async def test_a_public_channel_concerns_those_of_the_workspace_who_are_or_were_connected(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, (one, other) = "public", [node.url for node in nodes]
    users = [f"user-{number}" for number in range(5)]
    async with py_client(one, auth={"token": token("elsewhere", ("other",))}) as stranger:
        await stranger.event("auth-success")
        for number, user in enumerate(users):
            url = (one, other)[number % 2]
            async with py_client(url, auth={"token": token(user, (w,))}) as client:
                await client.event("auth-success")
            await olga.connections_of(user, 0)
        channel = await create_channel(one, w, "for all")
        answer = await olga.get(f"/log/{channel['position']}")
        assert [each["userId"] for each in answer["concerned"]] == users
        assert {each["verdict"] for each in answer["concerned"]} == {"away"}
        assert answer["said"] == [
            {"event": "channel-created", "reason": "workspace", "only": None, "without": 0}
        ]
        found, after = list[str](), ""
        while True:
            page = await olga.get(f"/log/{channel['position']}", limit=2, afterUser=after)
            assert len(page["concerned"]) <= 2
            found += [each["userId"] for each in page["concerned"]]
            if page["next"] is None:
                break
            after = page["next"]
        assert found == users
        about = await olga.about(channel["position"], "elsewhere")
        assert (about["verdict"], about["because"]) == ("not-concerned", "other-workspaces")
        nobody = await olga.about(channel["position"], "nobody")
        assert (nobody["verdict"], nobody["connections"]) == ("not-connected", [])


async def test_who_is_let_in_when_a_channel_becomes_public_appears_and_the_members_do_not(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, url = "toggled", nodes[0].url
    channel = await create_channel(url, w, "deals", isPrivate=True)
    async with py_client(nodes[1].url, auth={"token": token("bob-6", (w,))}) as bob:
        await bob.event("auth-success")
        shown = await update(url, channel, isPrivate=False)
        await bob.event("channel-created")
        hidden = await update(url, channel, isPrivate=True)
        await bob.event("channel-deleted")
    for position, reason, event in (
        (shown, "appeared", "channel-created"),
        (hidden, "lost", "channel-deleted"),
    ):
        answer = await olga.get(f"/log/{position}")
        by_user = {each["userId"]: each for each in answer["concerned"]}
        assert (by_user["alice"]["reasons"], by_user["bob-6"]["reasons"]) == (["member"], [reason])
        assert by_user["bob-6"]["hears"] == [event]
        assert by_user["bob-6"]["verdict"] == "sent"
    # While it is public, its members mean nothing, and nothing is said of them.
    await update(url, channel, isPrivate=False)


async def test_why_a_connection_has_ended_is_told(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, url = "ends", nodes[1].url

    def connect(ttl: float) -> AbstractAsyncContextManager[PyClient]:
        return py_client(url, auth={"token": token("bob-7", (w,), ttl=ttl - LEEWAY)})

    async with expiring(connect) as bob:
        await bob.event("socket-api-error")
        await bob.auth(token("bob-7", (w,)))
        await bob.auth(token("bob-7", (w, "more")))  # the same, and more
        await bob.auth(token("robert", (w,)))
        await revoke(url, "robert", w)
        await bob.event("socket-api-error", 2)
    async with js_client(url, auth={"token": issued_later("bob-7", (w,))}) as later:
        await later.event("auth-success")
        (connection,) = await olga.connections_of("bob-7", 1)
        response = await olga.http.delete(f"/operator/connections/{connection['id']}")
        assert response.status_code == 202, response.text
        await later.event("auth-success", 2)
        (again,) = await olga.connections_of("bob-7", 1)
        assert again["id"] != connection["id"]
    await olga.connections_of("bob-7", 0)
    position = (await create_channel(url, w, "after"))["position"]
    ended = {
        user: [each["ended"] for each in (await olga.about(position, user))["connections"]]
        for user in ("bob-7", "robert")
    }
    assert ended == {
        "bob-7": ["closed", "let-go", "authenticated-anew", "token-expired"],
        "robert": ["access-revoked"],
    }


async def test_what_says_nothing_on_the_sockets_concerned_nobody(
    nodes: list[RunningService], olga: Operator
) -> None:
    channel = await create_channel(nodes[0].url, "silent", "name")
    answer = await olga.get(f"/log/{channel['position'] + 1}")
    assert answer["event"]["type"] == "channel-name.reserved"
    assert (answer["said"], answer["concerned"], answer["before"]) == ([], [], None)


async def test_beyond_the_head_there_is_no_event(olga: Operator) -> None:
    for position in ("9000000000000000000", "9223372036854775807", "0", "-1", "x", "1" * 30):
        response = await olga.http.get(f"/operator/log/{position}")
        assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_many_members_are_told_in_pages_in_the_order_of_their_ids(
    nodes: list[RunningService], olga: Operator
) -> None:
    count = 20
    w, url = "many", nodes[0].url
    channel = await create_channel(url, w, "many", isPrivate=True)
    await asyncio.gather(*(add(url, channel, f"m-{n:02}") for n in range(count)))
    position = await update(url, channel, description="told to all")
    members, after = list[str](), ""
    while True:
        page = await olga.get(f"/log/{position}", limit=7, afterUser=after)
        members += [each["userId"] for each in page["concerned"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert members == ["alice", *(f"m-{n:02}" for n in range(count))]
