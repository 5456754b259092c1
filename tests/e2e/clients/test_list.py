"""kanal-client shows the list as of its position, whatever the way to the service."""

from typing import Any

import pytest

from tests.support.background import eventually
from tests.support.channels import api, constant_creation, create_channel
from tests.support.kanal_client import TRANSPORTS, KanalClient, kanal_client, way_to
from tests.support.past import listed
from tests.support.service import RunningService
from tests.support.tokens import token

pytestmark = pytest.mark.usefixtures("language")

ways = pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS)


def live_states(client: KanalClient) -> list[Any]:
    return [state for state in client.states if state["status"] == "live"]


async def shows_the_list(client: KanalClient, url: str, user: str = "alice") -> None:
    """What it shows is the list as of its position."""
    state = client.state
    workspace = client.workspace
    assert state["channels"] == await listed(url, workspace, state["position"], user)


@ways
async def test_it_shows_what_is_there_and_what_comes(
    service: RunningService, workspace: str, transports: list[str] | None
) -> None:
    for name in ("one", "two"):
        await create_channel(service.url, workspace, name)
    access = token("alice", (workspace,))
    async with kanal_client(service.url, workspace, access, transports=transports) as client:
        await client.live()
        assert client.names == ["one", "two"]
        assert [state["status"] for state in client.states] == ["connecting", "catching-up", "live"]
        made = await client.call("create", {"name": "three"})
        await client.live(position=made["position"])
        assert client.state["channels"][2] == made
        await client.call("update", made["id"], {"name": "3", "description": "why"})
        await client.until(lambda _: client.names == ["one", "two", "3"])
        await client.call("delete", made["id"])
        await client.until(lambda _: client.names == ["one", "two"])
        await shows_the_list(client, service.url)


@ways
async def test_a_list_of_many_pages_is_joined_with_what_happens_meanwhile(
    service: RunningService, workspace: str, transports: list[str] | None
) -> None:
    async with constant_creation(service.url, workspace) as created:

        async def are_enough() -> bool:
            return len(created) > 250

        await eventually(are_enough)
        access = token("alice", (workspace,))
        async with kanal_client(service.url, workspace, access, transports=transports) as client:
            await client.live()
            await client.live(position=created[-1]["position"])
            await client.until(lambda _: len(live_states(client)) > 5)
            shown = live_states(client)
            assert len(shown[0]["channels"]) > 200, "it is of more than one page"
            for state in (*shown[:3], shown[-1]):
                expected = await listed(service.url, workspace, state["position"])
                assert state["channels"] == expected
        last = client.state["channels"]
        assert client.models == len(last), "each is one object throughout"


@ways
async def test_what_is_missed_over_cuts_is_shown_at_once(
    service: RunningService, workspace: str, transports: list[str] | None
) -> None:
    access = token("alice", (workspace,))
    async with (
        way_to(service.url) as way,
        kanal_client(way.url, workspace, access, transports=transports) as client,
    ):
        await client.live()
        for round_ in range(3):
            await way.cut()
            await client.status("away")
            for number in range(3):
                last = await create_channel(service.url, workspace, f"{round_} {number}")
            way.heal()
            await client.live(position=last["position"])
            await shows_the_list(client, service.url)
    lengths = [len(state["channels"]) for state in client.states if state["status"] != "away"]
    assert set(lengths) == {0, 3, 6, 9}


async def test_who_is_taken_out_and_let_in_sees_it_also_when_away(
    service: RunningService, workspace: str
) -> None:
    secret = await create_channel(service.url, workspace, "secret", isPrivate=True)
    async with (
        api(service.url, workspace) as http,
        way_to(service.url) as way,
        kanal_client(way.url, workspace, token("bob", (workspace,))) as client,
    ):
        await client.live()
        assert client.names == []
        bob = f"/{secret['id']}/members/bob"
        await http.put(bob)
        await client.until(lambda _: client.names == ["secret"])
        await http.delete(bob)
        await client.until(lambda _: client.names == [])
        await http.put(bob)
        await client.until(lambda _: client.names == ["secret"])
        await way.cut()
        await client.status("away")
        await http.patch(f"/{secret['id']}", json={"name": "renamed"})
        last = (await http.delete(bob)).json()["position"]
        way.heal()
        await client.live(position=last)
        assert client.names == []
        await shows_the_list(client, service.url, "bob")
        assert all("renamed" not in str(state) for state in client.states)


async def test_what_happens_in_other_workspaces_of_the_token_is_not_shown(
    service: RunningService, workspace: str
) -> None:
    access = token("alice", (workspace, "elsewhere"))
    async with kanal_client(service.url, workspace, access) as client:
        await client.live()
        await create_channel(service.url, "elsewhere", f"there, of {workspace}")
        here = await create_channel(service.url, workspace, "here")
        await client.live(position=here["position"])
        assert client.names == ["here"]
