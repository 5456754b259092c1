"""kanal-client says why its list is not live, and takes for no channel what is no service."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.channels import create_channel
from tests.support.kanal_client import TRANSPORTS, Refused, kanal_client, way_to
from tests.support.service import RunningService, free_port, running_service
from tests.support.tokens import token

pytestmark = pytest.mark.usefixtures("language")

ways = pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS)


async def test_an_application_without_a_token_is_told_so_until_it_has_one(
    service: RunningService, workspace: str
) -> None:
    async with kanal_client(service.url, workspace, None) as client:
        state = await client.until(lambda state: state["reason"])
        assert (state["status"], state["reason"]) == ("connecting", "token_unavailable")
        client.give(token("alice", (workspace,)))
        assert (await client.live())["reason"] is None


async def test_a_token_that_is_missing_later_is_the_reason_to_be_away(
    service: RunningService, workspace: str
) -> None:
    access = token("alice", (workspace,))
    async with way_to(service.url) as way, kanal_client(way.url, workspace, access, None) as client:
        await client.live()
        await way.interrupt(client)
        state = await client.until(lambda state: state["reason"] == "token_unavailable")
        assert state["status"] == "away"
        client.give(access)
        assert (await client.live())["reason"] is None


@ways
async def test_a_service_that_is_not_there_is_unreachable_until_it_is(
    database_url: str, transports: list[str] | None
) -> None:
    port = str(free_port())
    url = f"http://127.0.0.1:{port}"
    async with kanal_client(url, "demo", token(), transports=transports) as client:
        state = await client.until(lambda state: state["reason"])
        assert (state["status"], state["reason"]) == ("connecting", "unreachable")
        with running_service(database_url, port=port):
            assert (await client.live())["reason"] is None


async def test_a_connection_that_is_lost_is_the_reason_until_it_is_back(
    service: RunningService, workspace: str
) -> None:
    access = token("alice", (workspace,))
    async with way_to(service.url) as way, kanal_client(way.url, workspace, access) as client:
        await client.live()
        await way.cut()
        state = await client.status("away")
        assert state["reason"] == "unreachable"
        way.heal()
        assert (await client.live())["reason"] is None
        assert access not in str(client.states)


@ways
async def test_a_wrong_path_is_told_from_a_channel_that_is_not_there(
    service: RunningService, workspace: str, transports: list[str] | None
) -> None:
    access = token("alice", (workspace,))
    elsewhere = kanal_client(f"{service.url}/chat", workspace, access, transports=transports)
    async with elsewhere as client:
        state = await client.until(lambda state: state["reason"])
        assert (state["status"], state["reason"]) == ("connecting", "wrong_url")
        assert f"{service.url}/chat/workspaces/{workspace}/channels" in state["said"]
        for name, *args in (("get", str(uuid4())), ("create", {"name": "x"})):
            with pytest.raises(Refused, match="is the url right") as refused:
                await client.call(name, *args)
            assert (refused.value.code, refused.value.status) == ("wrong_url", 404)
        assert access not in str(client.states)
    async with kanal_client(service.url, workspace, access) as client:
        with pytest.raises(Refused) as refused:
            await client.call("get", str(uuid4()))
        assert (refused.value.code, refused.value.status) == ("not_found", 404)


@pytest.fixture
def files(tmp_path: Path) -> Iterator[str]:
    """The URL of a server of files, which has some where the service has its channels."""
    channels = tmp_path / "workspaces" / "demo" / "channels"
    channels.mkdir(parents=True)
    (channels / "text").write_text("no channel")
    (channels / "list").write_text("[]")
    (channels / "other").write_text("null")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        serving.join()


async def test_what_is_no_kanal_is_said_to_be_none_whatever_it_answers(files: str) -> None:
    async with kanal_client(files, "demo", token()) as client:
        state = await client.until(lambda state: state["reason"])
        assert (state["status"], state["reason"]) == ("connecting", "wrong_url")
        for id, status in {"missing": 404, "text": 200, "list": 200, "other": 200}.items():
            with pytest.raises(Refused) as refused:
                await client.call("get", id)
            assert (refused.value.code, refused.value.status) == ("wrong_url", status)


async def test_one_can_wait_until_the_list_has_what_a_command_has_answered(
    service: RunningService, workspace: str
) -> None:
    access = token("alice", (workspace,))
    async with way_to(service.url) as way, kanal_client(way.url, workspace, access) as client:
        made = await client.call("create", {"name": "own"})
        assert await client.call("reached", made["position"]) >= made["position"]
        assert client.names == ["own"]
        await way.cut()
        await client.status("away")
        last = await create_channel(service.url, workspace, "another's")
        waiting = client.start("reached", last["position"])
        way.heal()
        assert await client.answer(waiting) >= last["position"]
        assert client.names == ["own", "another's"]
