"""The database goes away and comes back: commands say so, sockets stay, nothing is lost."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.background import eventually
from tests.support.clients import PATIENCE, py_client
from tests.support.metrics import value
from tests.support.operating import operating
from tests.support.postgres import StoppableServer
from tests.support.service import running_service
from tests.support.tokens import token


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StoppableServer]:
    server = StoppableServer(tmp_path)
    server.start()
    yield server
    server.stop()


async def until_ready(http: httpx.AsyncClient, status: int) -> httpx.Response:
    async with asyncio.timeout(PATIENCE):
        while (answer := await http.get("/health/ready")).status_code != status:
            await asyncio.sleep(0.05)
    return answer


async def test_the_service_outlives_its_database(server: StoppableServer) -> None:
    headers = {"Authorization": f"Bearer {token()}"}
    with running_service(server.url) as service:
        async with (
            httpx.AsyncClient(base_url=service.url, headers=headers, timeout=PATIENCE) as http,
            py_client(service.url, auth={"token": token()}) as client,
        ):
            await client.event("auth-success")
            assert (await until_ready(http, 200)).json() == {
                "status": "ready",
                "missing": [],
                "building": [],
                "behind": {"channels": 0, "snapshots": 0, "revocations": 0},
            }
            await http.post("/workspaces/demo/channels", json={"name": "before"})
            await client.event("channel-created")

            await asyncio.to_thread(server.stop)
            assert (await until_ready(http, 503)).json()["missing"] == ["database"]
            refused = await http.post("/workspaces/demo/channels", json={"name": "during"})
            assert refused.status_code == 503
            assert refused.headers["retry-after"].isdigit()
            assert refused.json()["code"] == "unavailable"
            assert (await http.get("/workspaces/demo/channels")).status_code == 503
            assert (await http.get("/health/live")).status_code == 200
            away = await value(service.url, "kanal_database_away", database="primary")
            failed = await value(service.url, "kanal_command_seconds_count", outcome="failed")
            assert (away, failed) == (1, 1)
            assert await value(service.url, "kanal_ready") == 0
            answer = await client.call("create-channel", {"workspaceId": "demo", "name": "during"})
            assert answer["error"]["code"] == "unavailable"
            async with operating(service.url) as olga:
                (connection,) = await olga.connections_of("alice", 1)
                assert connection["state"] == "live"
                refused = await olga.http.get("/operator/log")
                assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")

            await asyncio.to_thread(server.start)
            await until_ready(http, 200)
            created = await http.post("/workspaces/demo/channels", json={"name": "after"})
            assert created.status_code == 201
            assert await value(service.url, "kanal_database_away", database="primary") == 0
            assert await value(service.url, "kanal_ready") == 1
            assert (await client.event("channel-created", 2))["name"] == "after"

            async def listed() -> Any:
                """The list, once it is written again."""
                at_least = {"minPosition": created.json()["position"]}
                page = await http.get("/workspaces/demo/channels", params=at_least)
                assert page.status_code in (200, 503), page.text
                return page.json()["channels"] if page.status_code == 200 else None

            channels = await eventually(listed, within=60)
            assert [channel["name"] for channel in channels] == ["before", "after"]
            assert not [heard for heard in client.heard if heard.kind == "disconnect"]
        # What there is to say of it is said in a line when it goes, and in one when it is back.
        assert service.output.count("WARNING") == service.output.count("database away: ") == 1
        assert service.output.count("database back after ") == 1
        assert service.troubles == ""


def test_it_stops_well_while_its_database_is_away(server: StoppableServer) -> None:
    with running_service(server.url) as service:
        server.kill()
        assert service.stop() == 0
        assert service.troubles == ""
