"""Pages of the feed: public events, each once and in order, for whoever may have them."""

from typing import Any

import httpx
import pytest

from tests.support.background import eventually
from tests.support.channels import api, create_channel
from tests.support.clients import PATIENCE
from tests.support.feed import feed_page, read_feed, reading_all
from tests.support.listeners import listeners
from tests.support.revoking import revoke
from tests.support.service import RunningService
from tests.support.tokens import token


async def live(url: str, workspace: str) -> dict[str, Any]:
    """A channel of alice's that is created, changed, shared, left and ended: the answers."""
    async with api(url, workspace) as http:
        created = (await http.post("", json={"name": "plan", "isPrivate": True})).json()
        path = f"/{created['id']}"
        return {
            "created": created,
            "updated": (await http.patch(path, json={"name": "plans"})).json(),
            "added": (await http.put(f"{path}/members/bob", json={"role": "user"})).json(),
            "promoted": (await http.put(f"{path}/members/bob", json={"role": "admin"})).json(),
            "removed": (await http.delete(f"{path}/members/bob")).json(),
            "deleted": (await http.delete(path)).json(),
        }


async def test_whoever_may_read_all_has_each_event_as_it_was_recorded(
    service: RunningService, workspace: str
) -> None:
    said = await live(service.url, workspace)
    events = await read_feed(service.url, reading_all(), workspace=workspace)
    assert [each["type"].removeprefix("channel.") for each in events] == [
        "created", "updated", "member-added", "member-added", "member-removed", "deleted",
    ]  # fmt: skip
    log = (await feed_page(service.url, reading_all(), limit=1)).json()["log"]
    for event, answer in zip(events, said.values(), strict=True):
        position = answer["position"]
        assert event["specversion"] == "1.0"
        assert event["id"] == f"{log}:{position}"
        assert event["position"] == str(position)
        assert event["source"].startswith("urn:uuid:")
        assert event["subject"] == said["created"]["id"]
        assert (event["workspace"], event["actor"]) == (workspace, "alice")
        assert event["dataschema"] == f"urn:kanal:{event['type']}:1"
        assert event["datacontenttype"] == "application/json"
    data = [each["data"] for each in events]
    assert data[0] == {"channel": said["created"]}
    assert data[1] == {"channel": said["updated"], "previous": {"name": "plan"}}
    assert (data[2]["member"], data[2]["previousRole"]) == (said["added"], None)
    assert (data[3]["member"], data[3]["previousRole"]) == (said["promoted"], "user")
    assert data[4]["member"] == said["removed"]
    assert data[5] == said["deleted"]


async def test_the_names_of_attributes_are_those_that_cloudevents_allows(
    service: RunningService, workspace: str
) -> None:
    await live(service.url, workspace)
    for event in await read_feed(service.url, reading_all(), workspace=workspace):
        for name in event:
            assert name.isalnum()
            assert name == name.lower()


async def test_pages_of_any_size_are_the_same_events_once(
    service: RunningService, workspace: str
) -> None:
    begin = (await live(service.url, workspace))["created"]["position"] - 1
    await live(service.url, f"{workspace}-beside")
    for access in (reading_all(), token("alice", (workspace, f"{workspace}-beside"))):
        whole = await read_feed(service.url, access, after=begin, limit=1_000)
        assert whole
        for limit in (1, 2, 7):
            assert await read_feed(service.url, access, after=begin, limit=limit) == whole


async def test_a_page_says_up_to_where_it_has_looked_also_where_it_is_empty(
    service: RunningService, workspace: str
) -> None:
    channel = await create_channel(service.url, workspace, "general")
    later = await create_channel(service.url, f"{workspace}-beside", "beside")
    access = token("bob", (workspace,))
    page = (await feed_page(service.url, access, after=channel["position"])).json()
    assert page["events"] == []
    assert page["position"] >= later["position"]
    page = (await feed_page(service.url, access, type="channel.deleted")).json()
    assert page["events"] == []
    assert page["position"] >= later["position"]


async def test_events_of_one_type_are_found_alone(service: RunningService, workspace: str) -> None:
    said = await live(service.url, workspace)
    (event,) = await read_feed(
        service.url, reading_all(), workspace=workspace, type="channel.updated"
    )
    assert event["position"] == str(said["updated"]["position"])


async def test_what_is_inner_is_passed_over(service: RunningService, workspace: str) -> None:
    await create_channel(service.url, workspace, "general")
    revoked = await revoke(service.url, "zoe", workspace)
    page = (await feed_page(service.url, reading_all(), workspace=workspace)).json()
    assert [each["type"] for each in page["events"]] == ["channel.created"]
    assert page["position"] >= revoked["position"]


async def test_a_user_has_their_own_workspaces_and_no_other(
    service: RunningService, workspace: str
) -> None:
    for w in (workspace, f"{workspace}-beside", f"{workspace}-foreign"):
        await create_channel(service.url, w, "general")
    access = token("bob", (workspace, f"{workspace}-beside"))
    events = await read_feed(service.url, access)
    assert [each["workspace"] for each in events] == [workspace, f"{workspace}-beside"]
    events = await read_feed(service.url, access, workspace=workspace)
    assert [each["workspace"] for each in events] == [workspace]
    refused = await feed_page(service.url, access, workspace=f"{workspace}-foreign")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    refused = await feed_page(service.url, token("bob", ()))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")


async def test_nobody_reads_without_a_token_or_with_what_was_taken_back(
    service: RunningService, workspace: str
) -> None:
    assert httpx.get(f"{service.url}/log", timeout=PATIENCE).status_code == 401
    user = f"user of {workspace}"
    access = token(user, (workspace,))
    await create_channel(service.url, workspace, "general")
    assert len(await read_feed(service.url, access)) == 1
    await revoke(service.url, user, None)

    async def is_refused() -> bool:
        refused = await feed_page(service.url, access)
        return refused.status_code == 401 and refused.json()["code"] == "access_revoked"

    await eventually(is_refused)


async def test_who_loses_a_channel_is_told_as_if_it_ended_and_not_by_whom(
    service: RunningService, workspace: str
) -> None:
    async with api(service.url, workspace) as http:
        shared = (await http.post("", json={"name": "shared", "isPrivate": True})).json()
        added = (await http.put(f"/{shared['id']}/members/bob", json={})).json()
        await http.put(f"/{shared['id']}/members/carl", json={})
        bob = token("bob", (workspace,))
        (appeared, _) = await read_feed(service.url, bob)
        await http.delete(f"/{shared['id']}/members/bob")
        await http.patch(f"/{shared['id']}", json={"name": "not for bob"})
        ended = (await http.post("", json={"name": "ended"})).json()
        await http.delete(f"/{ended['id']}")
    assert appeared["type"] == "channel.created"
    assert (appeared["data"]["member"], appeared["position"]) == (added, str(added["position"]))
    assert "actor" not in appeared
    lost, gone = await read_feed(service.url, bob)
    assert {lost["type"], gone["type"]} == {"channel.deleted"}
    assert lost.keys() == gone.keys()
    assert lost["data"].keys() == gone["data"].keys()
    assert "actor" not in lost
    assert "not for bob" not in str([lost, gone])


@pytest.mark.parametrize("place", ["log", "beyond", "id"])
async def test_a_position_of_another_log_is_gone_and_the_refusal_says_what_to_do(
    service: RunningService, workspace: str, place: str
) -> None:
    await create_channel(service.url, workspace, "general")
    another = "00000000-0000-4000-8000-000000000000"
    queries: dict[str, dict[str, Any]] = {
        "log": {"after": 1, "log": another},
        "beyond": {"after": 2**62},
        "id": {"after": f"{another}:1"},
    }
    refused = await feed_page(service.url, token("bob", (workspace,)), **queries[place])
    assert (refused.status_code, refused.json()["code"]) == (410, "position_gone")
    assert "Fetch anew" in refused.json()["detail"]


async def test_the_id_of_an_event_is_a_place_to_go_on_from(
    service: RunningService, workspace: str
) -> None:
    await live(service.url, workspace)
    events = await read_feed(service.url, reading_all(), workspace=workspace)
    page = await feed_page(service.url, reading_all(), workspace=workspace, after=events[2]["id"])
    assert page.json()["events"] == events[3:]


@pytest.mark.parametrize(
    "query", [{"after": "x"}, {"after": -1}, {"limit": 0}, {"limit": 1_001}, {"type": "x"},
              {"workspace": ""}, {"after": 2**63}, {"after": ":1"}]
)  # fmt: skip
async def test_what_can_never_be_right_is_invalid(
    service: RunningService, query: dict[str, Any]
) -> None:
    refused = await feed_page(service.url, reading_all(), **query)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid")


async def test_a_page_is_compressed_for_who_accepts_it(
    service: RunningService, workspace: str
) -> None:
    await live(service.url, workspace)
    headers = {"Authorization": f"Bearer {reading_all()}"}
    answers = {}
    for accepted in ("gzip", "gzip;q=0", "identity", "br, *;q=0.1"):
        answers[accepted] = httpx.get(
            f"{service.url}/log?workspace={workspace}",
            headers={**headers, "Accept-Encoding": accepted},
            timeout=PATIENCE,
        )
        assert answers[accepted].headers["vary"] == "Accept-Encoding"
    assert [each.headers.get("content-encoding") for each in answers.values()] == [
        "gzip", None, None, "gzip",
    ]  # fmt: skip
    assert len({str(each.json()["events"]) for each in answers.values()}) == 1


async def test_a_user_may_read_what_their_sockets_heard(
    service: RunningService, workspace: str
) -> None:
    async with listeners(service.url, workspace, "alice", "bob") as users:
        channel = (await users.ask("alice", "create-channel", name="general"))["channel"]
        of = {"channelId": channel["id"]}
        await users.ask("alice", "update-channel", **of, description="why")
        heard = (await users.heard())["bob"]
        events = await read_feed(service.url, token("bob", (workspace,)))
        assert [each["data"]["channel"] for each in events[:2]] == [payload for _, payload in heard]
