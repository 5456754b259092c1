"""The log as operators read it: all of it, in pages from either end, and what is looked for in
it."""

from typing import Any

import asyncpg
import pytest

from tests.support.background import eventually
from tests.support.channels import api, create_channel
from tests.support.operating import Operator, operating
from tests.support.revoking import revoke
from tests.support.service import RunningService, running_service


async def pages(olga: Operator, **query: Any) -> list[list[int]]:
    """The positions of each page, from the oldest on."""
    found, after = [], 0
    while True:
        page = await olga.get("/log", after=after, take="oldest", **query)
        found.append([each["position"] for each in page["events"]])
        if page["last"] == page["position"]:
            return found
        assert page["last"] > after
        after = page["last"]


async def test_an_entry_says_when_who_where_and_what(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, url = "entries", nodes[0].url
    channel = await create_channel(url, w, "général")
    async with api(url, w) as http:
        response = await http.patch(
            f"/{channel['id']}", json={"description": "d"}, headers={"X-Request-ID": "asked-for"}
        )
    position = response.json()["position"]
    page = await olga.get("/log", after=position - 1, before=position + 1)
    assert page["events"] == [
        {
            "position": position,
            "at": response.json()["updatedAt"],
            "type": "channel.updated",
            "version": 2,
            "workspaceId": w,
            "channelId": channel["id"],
            "channelName": "général",
            "actorId": "alice",
            "requestId": "asked-for",
            "changes": {"description": "d"},
            "unreadable": None,
        }
    ]
    assert (page["first"], page["last"], page["passedOver"]) == (position, position, 0)
    revoked = await revoke(url, "zoe", w)
    (entry,) = (await olga.get("/log", limit=1))["events"]
    assert (entry["type"], entry["position"]) == ("access.revoked", revoked["position"])
    assert entry["changes"] == {"userId": "zoe", "workspaceId": w}


async def test_pages_from_the_oldest_on_are_the_whole_log_once(
    nodes: list[RunningService], olga: Operator
) -> None:
    for number in range(6):
        await create_channel(nodes[number % 2].url, "whole", f"channel {number}")
    head = (await olga.get("/log", limit=1))["position"]
    found = await pages(olga, limit=5)
    assert [position for page in found for position in page] == list(range(1, head + 1))
    assert {len(page) for page in found[:-1]} == {5}


async def test_pages_from_the_latest_back_are_the_whole_log_once(
    nodes: list[RunningService], olga: Operator
) -> None:
    for number in range(4):
        await create_channel(nodes[0].url, "back", f"channel {number}")
    found: list[int] = []
    page = await olga.get("/log", limit=3)
    head = page["position"]
    while page["events"]:
        positions = [each["position"] for each in page["events"]]
        assert positions == sorted(positions)
        found = positions + found
        page = await olga.get("/log", limit=3, before=page["first"])
    assert found == list(range(1, head + 1))


async def test_a_tail_that_is_overtaken_gets_the_latest_and_is_told_what_was_passed_over(
    nodes: list[RunningService], olga: Operator
) -> None:
    seen = (await olga.get("/log", limit=1))["last"]
    for number in range(5):
        await create_channel(nodes[1].url, "tail", f"channel {number}")
    page = await olga.get("/log", after=seen, limit=4)
    assert [each["position"] for each in page["events"]] == list(range(seen + 7, seen + 11))
    assert page["passedOver"] == 6
    rest = await olga.get("/log", after=seen, before=page["first"], limit=200)
    assert [each["position"] for each in rest["events"]] == list(range(seen + 1, seen + 7))
    nothing = await olga.get("/log", after=page["last"])
    assert (nothing["events"], nothing["passedOver"], nothing["last"]) == ([], 0, page["last"])


async def test_what_is_looked_for_is_found_and_nothing_else(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, url = "looked for", nodes[0].url
    mine = await create_channel(url, w, "mine", user='"quo\\ted" ü')
    other = await create_channel(url, w, '"actor_id":"mallory"', user="mallory")
    await create_channel(url, "looked for elsewhere", "mine", user='"quo\\ted" ü')
    await create_channel(url, "looked for elsewhere", "mallory")

    async def found(**query: Any) -> list[Any]:
        pages = [await olga.get("/log", take=take, **query) for take in ("latest", "oldest")]
        assert pages[0]["events"] == pages[1]["events"]
        return list(pages[0]["events"])

    assert [each["workspaceId"] for each in await found(workspace=w)] == [w] * 4
    by_actor = await found(actor='"quo\\ted" ü', workspace=w)
    assert [each["position"] for each in by_actor] == [mine["position"], mine["position"] + 1]
    assert len(await found(actor='"quo\\ted" ü')) == 4
    assert {each["actorId"] for each in await found(actor="mallory")} == {"mallory"}
    of_channel = await found(channel=other["id"])
    assert [each["position"] for each in of_channel] == [other["position"]]
    created = await found(type="channel.created", workspace=w)
    assert [each["channelName"] for each in created] == ["mine", '"actor_id":"mallory"']
    assert await found(type="channel.created", actor="nobody") == []


async def test_the_name_of_a_channel_is_that_which_it_had_then(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, url = "names", nodes[0].url
    channel = await create_channel(url, w, "one", isPrivate=True)
    async with api(url, w) as http:
        for name in ("two", "three"):
            await http.put(f"/{channel['id']}/members/member-of-{name}")
            await http.patch(f"/{channel['id']}", json={"name": name, "description": '"name":"x"'})
            await http.patch(f"/{channel['id']}", json={"description": f'"name":"{name}"'})
    head = (await olga.get("/log", limit=1))["position"]
    expected = ["one", "one", "two", "two", "two", "three", "three"]
    for limit in (1, 2, 3, 200):
        found: list[str] = []
        before = head + 1
        while len(found) < len(expected):
            page = await olga.get("/log", channel=channel["id"], limit=limit, before=before)
            found = [each["channelName"] for each in page["events"]] + found
            before = page["first"]
        assert found == expected
        for position, name in zip(
            [each["position"] for each in page["events"]], expected, strict=False
        ):
            answer = await olga.get(f"/log/{position}")
            assert answer["event"]["channelName"] == answer["after"]["channel"]["name"] == name


BAD = {
    "limit": ("0", "201", "x"),
    "after": ("-1", "x", "9223372036854775808"),
    "before": ("0", "x"),
    "take": ("newest", ""),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_query_that_is_not_allowed_is_refused(olga: Operator, name: str) -> None:
    for value in BAD[name]:
        response = await olga.http.get("/operator/log", params={name: value})
        expected = 200 if (name, value) == ("take", "") else 422
        assert response.status_code == expected, (name, value)


async def test_what_this_version_cannot_read_is_shown_as_such(database_url: str) -> None:
    with running_service(database_url) as service:
        channel = await create_channel(service.url, "newer", "general")
        await add_unknown(database_url, channel)
        async with operating(service.url) as olga:
            page = await olga.get("/log")
            assert [each["type"] for each in page["events"]][-1] == "channel.pinned"
            unreadable = page["events"][-1]
            assert "does not know" in unreadable["unreadable"]
            assert unreadable["actorId"] is None
            answer = await olga.get(f"/log/{unreadable['position']}")
            assert (answer["event"], answer["concerned"]) == (unreadable, [])

            async def is_told_of() -> bool:
                alarms = alarms_of((await olga.get("/nodes"))["nodes"])
                return any("cannot" in each or "does not know" in each for each in alarms)

            await eventually(is_told_of)


def alarms_of(nodes: list[Any]) -> list[str]:
    return [alarm["message"] for node in nodes for alarm in node["alarms"]]


async def add_unknown(url: str, channel: Any) -> None:
    """Append an event of a topic that there is not, as a newer version of Kanal would."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SELECT append_commands(ARRAY[1], ARRAY[$1::uuid], ARRAY[2::bigint],"
            " ARRAY['channel.pinned'], ARRAY['{}'::bytea], ARRAY['newer'])",
            channel["id"],
        )
    finally:
        await connection.close()
