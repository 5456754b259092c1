"""Channels as operators see them: of any workspace, also private and deleted ones, at any position
and time."""

from datetime import datetime, timedelta
from typing import Any

from tests.support.channels import api, create_channel
from tests.support.operating import Operator
from tests.support.service import RunningService


async def test_the_channels_of_a_workspace_are_told_as_of_any_position_and_time(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, url = "listed", nodes[0].url
    first = await create_channel(url, w, "first")
    private = await create_channel(url, w, "private", isPrivate=True, user="zoe")
    async with api(url, w) as http:
        renamed = (await http.patch(f"/{first['id']}", json={"name": "renamed"})).json()
    async with api(url, w, "zoe") as http:
        await http.delete(f"/{private['id']}")

    async def names(**query: Any) -> list[str]:
        page = await olga.get("/channels", workspace=w, **query)
        assert page["next"] is None
        return [each["name"] for each in page["channels"]]

    assert await names() == ["renamed"]
    assert await names(at=first["position"] - 1) == []
    assert await names(at=first["position"]) == ["first"]
    assert await names(at=private["position"]) == ["first", "private"]
    assert await names(at=renamed["position"]) == ["renamed", "private"]
    assert await names(at=private["createdAt"]) == ["first", "private"]
    before = datetime.fromisoformat(first["createdAt"]) - timedelta(seconds=0.001)
    assert await names(at=before.isoformat()) == []
    page = await olga.get("/channels", workspace=w, at=private["position"], limit=1)
    assert [each["name"] for each in page["channels"]] == ["first"]
    rest = await olga.get("/channels", workspace=w, at=private["position"], after=page["next"])
    assert [each["name"] for each in rest["channels"]] == ["private"]
    assert rest["position"] == private["position"] <= rest["head"]


async def test_one_channel_its_members_and_its_history_are_told_also_once_it_is_deleted(
    nodes: list[RunningService], olga: Operator
) -> None:
    w, url = "one", nodes[1].url
    channel = await create_channel(url, w, "deals", isPrivate=True)
    async with api(url, w) as http:
        added = (await http.put(f"/{channel['id']}/members/bob")).json()
        removed = (await http.delete(f"/{channel['id']}/members/bob")).json()
        deleted = (await http.delete(f"/{channel['id']}")).json()
    path = f"/channels/{channel['id']}"

    async def members(at: int) -> list[str]:
        answer = await olga.get(f"{path}/members", at=at)
        state = (await olga.get(path, at=at))["state"]
        assert state["members"] == answer["members"]
        assert state["memberCount"] == len(answer["members"])
        return [each["userId"] for each in answer["members"]]

    assert await members(channel["position"]) == ["alice"]
    assert await members(added["position"]) == ["alice", "bob"]
    assert await members(removed["position"]) == ["alice"]
    assert (await olga.get(path))["state"]["isDeleted"]
    assert not (await olga.get(path, at=removed["position"]))["state"]["isDeleted"]
    assert (await olga.get(path, at=channel["position"] - 1))["state"] is None
    page = await olga.get(f"{path}/history", limit=3)
    rest = await olga.get(f"{path}/history", limit=3, after=page["next"])
    assert [each["what"] for each in page["history"] + rest["history"]] == [
        "created", "member-added", "member-removed", "deleted",
    ]  # fmt: skip
    assert rest["history"][-1]["position"] == deleted["position"]
    assert rest["next"] is None


async def test_what_is_no_channel_is_not_found(nodes: list[RunningService], olga: Operator) -> None:
    channel = await create_channel(nodes[0].url, "none", "general")
    entry = (await olga.get("/log", after=channel["position"], limit=1))["events"][0]
    assert entry["type"] == "channel-name.reserved"
    for id in ("00000000-0000-0000-0000-000000000000", "x"):
        for path in ("", "/members", "/history"):
            response = await olga.http.get(f"/operator/channels/{id}{path}")
            assert (response.status_code, response.json()["code"]) == (404, "not_found")


async def test_a_place_that_is_none_is_refused(olga: Operator) -> None:
    for at in ("x", "-1", "2026-01-31T10:28:19", "9" * 30, "9000000000000000000"):
        response = await olga.http.get("/operator/channels", params={"workspace": "w", "at": at})
        assert (response.status_code, response.json()["code"]) == (422, "invalid"), at
    assert (await olga.http.get("/operator/channels")).status_code == 422
