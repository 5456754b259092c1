"""With a replica, lists, history, the past, what is missed and exports are read there, and nobody
is answered with less than they asked for."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.support.clients import PATIENCE, py_client
from tests.support.command_line import kanal
from tests.support.postgres import ask, create_database
from tests.support.replica import ReplicatedPostgres, replicated_postgres
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

CHANNELS = "/workspaces/demo/channels"


@pytest.fixture
async def pair() -> AsyncIterator[ReplicatedPostgres]:
    async with replicated_postgres() as pair:
        yield pair


@pytest.fixture
async def urls(pair: ReplicatedPostgres) -> dict[str, str]:
    """The settings of a service on the pair."""
    primary = await asyncio.to_thread(create_database, pair.primary.url)
    with running_service(primary):
        pass
    await pair.catch_up()
    replica = urlsplit(pair.replica.url)._replace(path=urlsplit(primary).path).geturl()
    return {"database_url": primary, "database_replica_url": replica}


@contextmanager
def http_of(service: RunningService) -> Iterator[httpx.Client]:
    headers = {"Authorization": f"Bearer {token()}"}
    with httpx.Client(base_url=service.url, headers=headers, timeout=PATIENCE) as client:
        yield client


def create(http: httpx.Client, name: str) -> dict[str, Any]:
    answer = http.post(CHANNELS, json={"name": name})
    assert answer.status_code == 201
    made: dict[str, Any] = answer.json()
    return made


async def test_a_list_reflects_what_was_asked_for_or_is_not_answered(
    pair: ReplicatedPostgres, urls: dict[str, str]
) -> None:
    await ask(pair.replica.url, "ALTER SYSTEM SET recovery_min_apply_delay = '700ms'")
    await ask(pair.replica.url, "SELECT pg_reload_conf()")
    with running_service(**urls) as service, http_of(service) as http:
        for number in range(3):
            position = create(http, f"channel {number}")["position"]
            page = http.get(CHANNELS, params={"minPosition": position}).json()
            assert page["position"] >= position
            assert len(page["channels"]) == number + 1
        await pair.pause()
        made = create(http, "later")
        old = http.get(CHANNELS).json()
        assert (len(old["channels"]), old["position"]) == (3, made["position"] - 1)
        late = http.get(CHANNELS, params={"minPosition": made["position"]})
        assert (late.status_code, late.json()["code"]) == (503, "unavailable")
        one = http.get(f"{CHANNELS}/{made['id']}")
        assert one.json() == made  # of one channel the log itself is asked
        history = http.get(f"{CHANNELS}/{made['id']}/history").json()
        assert len(history["history"]) == 1


async def test_nothing_is_missed_where_the_replica_is_behind(
    pair: ReplicatedPostgres, urls: dict[str, str]
) -> None:
    with running_service(**urls) as service, http_of(service) as http:
        seen = create(http, "seen")["position"]
        await pair.catch_up()
        await pair.pause()
        create(http, "missed")
        async with py_client(service.url) as client:
            await client.emit("auth", {"data": token(), "position": seen})
            assert (await client.event("channel-created"))["name"] == "missed"
            past = http.get(CHANNELS, params={"at": seen + 2}).json()
            assert [channel["name"] for channel in past["channels"]] == ["seen", "missed"]


async def test_where_the_replica_is_away_the_primary_is_read(
    pair: ReplicatedPostgres, urls: dict[str, str]
) -> None:
    with running_service(**urls) as service, http_of(service) as http:
        create(http, "before")
        await asyncio.to_thread(pair.replica.stop)
        for _ in range(20):
            assert http.get(CHANNELS).status_code == 200
        position = create(http, "during")["position"]
        page = http.get(CHANNELS, params={"minPosition": position}).json()
        assert [channel["name"] for channel in page["channels"]] == ["before", "during"]
        assert http.get("/health/ready").status_code == 200
        assert service.output.count("replica away, the primary is read in its place: ") == 1
        assert service.output.count("WARNING") == 1


async def test_an_export_is_read_from_the_replica_and_has_all_that_there_was(
    pair: ReplicatedPostgres, urls: dict[str, str]
) -> None:
    with running_service(**urls) as service, http_of(service) as http:
        create(http, "exported")
    settings = {f"KANAL_{name.upper()}": url for name, url in urls.items()}
    exported = await asyncio.to_thread(kanal, "export", **settings)
    assert (exported.returncode, exported.stdout.count('"position"')) == (0, 2)
    assert "replica" not in exported.stderr
    await asyncio.to_thread(pair.replica.stop)
    again = await asyncio.to_thread(kanal, "export", **settings)
    assert again.stdout == exported.stdout
    assert "the replica cannot be read: exporting the primary" in again.stderr
