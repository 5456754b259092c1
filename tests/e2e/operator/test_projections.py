"""Read models: how they are, and replays that go on beside them, watched from any node."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg
import httpx
import pytest

from projections.channel_list.projection import ChannelListProjection
from tests.support import postgres
from tests.support.background import eventually
from tests.support.channels import api, create_channel
from tests.support.operating import Operator, operating
from tests.support.revoking import two_nodes
from tests.support.service import RunningService

MODEL = ChannelListProjection.model
REBUILD, VERIFY = "/operator/projections/channels/rebuild", "/operator/projections/channels/verify"


@pytest.fixture(scope="module")
def url(postgres_url: str) -> str:
    return postgres.create_database(postgres_url)


@pytest.fixture(scope="module")
def nodes(url: str) -> Iterator[list[RunningService]]:
    """Two nodes on a log whose database the tests change as well."""
    with two_nodes(url) as running:
        asyncio.run(create_channel(running[0].url, "demo", "general"))
        yield running


@asynccontextmanager
async def held(url: str, statement: str) -> AsyncIterator[asyncpg.Connection]:
    """A transaction of somebody else, which has executed a statement and does not end yet."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(statement)
            yield connection
    finally:
        await connection.close()


def model_held(url: str) -> Any:
    """While the live model is held, no rebuild of it can end."""
    return held(url, f"LOCK TABLE {MODEL.schema}.channel_list IN ACCESS SHARE MODE")


async def asked(operator: Operator, path: str) -> httpx.Response:
    return await operator.http.post(path)


async def begun(operator: Operator, path: str) -> Any:
    response = await asked(operator, path)
    assert response.status_code == 202, response.text
    return response.json()


async def running_at(operator: Operator) -> Any:
    """The replay of the channel list, if it runs: it may be starting for longer than who has begun
    it waited."""
    replay = (await operator.get("/projections/channels"))["replay"]
    return replay if replay["state"] == "running" else None


async def test_all_are_listed_with_version_position_and_state(olga: Operator) -> None:
    async def level() -> Any:
        answer = await olga.get("/projections")
        lags = [each["versions"][0]["lag"] for each in answer["projections"]]
        return answer if lags == [0, 0, 0] else None

    answer = await eventually(level)
    assert [each["name"] for each in answer["projections"]] == [
        "channels", "revocations", "snapshots",
    ]  # fmt: skip
    for each in answer["projections"]:
        (version,) = each["versions"]
        assert (version["state"], version["position"]) == ("served", answer["head"])
        assert await olga.get(f"/projections/{each['name']}") == each
    assert (await olga.http.get("/operator/projections/none")).status_code == 404
    assert (await olga.http.post("/operator/projections/none/verify")).status_code == 404


async def test_a_verification_tells_the_rows_that_differ_and_a_rebuild_mends_them(
    url: str, nodes: list[RunningService], olga: Operator
) -> None:
    assert (await begun(olga, VERIFY))["kind"] == "verify"
    replay = await olga.replayed("channels")
    assert (replay["state"], replay["differences"]["differing"]) == ("done", 0)
    assert replay["differences"]["compared"] > 0
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"UPDATE {MODEL.schema}.channel_list SET name = 'tampered'")
    finally:
        await connection.close()
    await begun(olga, VERIFY)
    found = (await olga.replayed("channels"))["differences"]
    rows = {each["isLive"]: each["row"]["name"] for each in found["rows"]}
    assert rows == {True: "tampered", False: "general"}
    assert found["differing"] == 2
    async with api(nodes[0].url, "demo") as http:
        assert (await http.get("")).json()["channels"][0]["name"] == "tampered"
        await begun(olga, REBUILD)
        replay = await olga.replayed("channels")
        assert (replay["state"], replay["position"]) == ("done", replay["head"])
        assert (await http.get("")).json()["channels"][0]["name"] == "general"


async def test_one_that_runs_is_watched_from_every_node_and_there_is_no_second(
    url: str, nodes: list[RunningService], olga: Operator
) -> None:
    async with operating(nodes[1].url) as other:
        async with model_held(url):
            replay = await begun(olga, REBUILD)
            for operator in (olga, other):
                watched = await eventually(partial(running_at, operator))
                assert watched["kind"] == "rebuild"
                assert watched["startedAt"] == replay["startedAt"]
                assert watched["nodeId"] == replay["nodeId"]
                for path in (REBUILD, VERIFY):
                    refused = await asked(operator, path)
                    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
            # Others go on, commands among them.
            await begun(other, "/operator/projections/snapshots/verify")
            assert (await other.replayed("snapshots"))["differences"]["differing"] == 0
            await create_channel(nodes[1].url, "demo", "while it runs")
        assert (await other.replayed("channels"))["state"] == "done"


async def test_a_replay_of_the_program_is_not_disturbed(url: str, olga: Operator) -> None:
    lock = f"SELECT pg_advisory_xact_lock(hashtextextended('kanal:{MODEL}, rebuild', 0))"
    before = (await olga.get("/projections/channels"))["replay"]
    async with held(url, lock):
        for path in (REBUILD, VERIFY):
            refused = await asked(olga, path)
            assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert (await olga.get("/projections/channels"))["replay"] == before


async def test_one_that_waits_for_the_database_is_not_said_to_run(
    url: str, nodes: list[RunningService], olga: Operator
) -> None:
    left = f"{MODEL.next_schema}.left_by_an_earlier_one"
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"CREATE SCHEMA {MODEL.next_schema}; CREATE TABLE {left} ()")
    finally:
        await connection.close()
    async with held(url, f"LOCK TABLE {left} IN ACCESS SHARE MODE"):
        replay = await begun(olga, REBUILD)
        assert (replay["state"], replay["position"]) == ("starting", 0)
        assert (await olga.get("/projections/channels"))["replay"]["state"] == "starting"
        assert (await asked(olga, REBUILD)).status_code == 409
    assert (await olga.replayed("channels"))["state"] == "done"


async def test_a_service_that_stops_ends_its_replay_and_leaves_the_model_as_it_is(
    postgres_url: str,
) -> None:
    url = await asyncio.to_thread(postgres.create_database, postgres_url)
    with two_nodes(url) as (leaving, staying):
        channel = await create_channel(leaving.url, "demo", "general")
        async with operating(leaving.url) as olga, operating(staying.url) as other:
            async with model_held(url):
                await begun(olga, REBUILD)
                assert await asyncio.to_thread(leaving.stop, signal.SIGTERM) == 0
                assert leaving.troubles == ""
                # It is stopped, and has not failed for want of a database.
                told = [line for line in leaving.output.splitlines() if "rebuild of" in line]
                assert len(told) == 1 and "begun for an operator" in told[0]
                async with api(staying.url, "demo") as http:
                    assert (await http.get("")).json()["channels"] == [channel]

            async def can_begin() -> bool:
                return (await asked(other, REBUILD)).status_code == 202

            await eventually(can_begin)
            assert (await other.replayed("channels"))["state"] == "done"
