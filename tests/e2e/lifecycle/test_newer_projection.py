"""A service with a newer version of a projection: it serves the older until its own is built, and
says so; and so does the one that goes back."""

import sys
from typing import Any

import asyncpg
import httpx

from tests.support.background import eventually
from tests.support.channels import api, create_channel
from tests.support.clients import PATIENCE, py_client
from tests.support.command_line import kanal
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

NEWER = (sys.executable, "-m", "tests.support.newer_projection", "serve")

KEEP_OTHERS_FROM_BUILDING = (
    "SELECT pg_advisory_lock(hashtextextended('kanal:channels version 2, rebuild', 0))"
)


async def listed(service: RunningService, at_least: int = 0) -> list[str]:
    async with api(service.url, "demo") as client:
        page = await client.get("", params={"minPosition": at_least})
        return [channel["name"] for channel in page.json()["channels"]]


async def readiness(service: RunningService) -> tuple[int, Any]:
    async with httpx.AsyncClient(verify=False, timeout=PATIENCE) as client:
        answer = await client.get(f"{service.url}/health/ready")
        health = answer.json()
        health.pop("behind")  # it is another from one moment to the next
        return answer.status_code, health


async def test_the_older_version_is_served_until_the_newer_is_built_and_kept_afterwards(
    database_url: str,
) -> None:
    with running_service(database_url) as service:
        first = await create_channel(service.url, "demo", "first")
        assert await listed(service, first["position"]) == ["first"]
    other = await asyncpg.connect(database_url)
    await other.execute(KEEP_OTHERS_FROM_BUILDING)
    with running_service(database_url, command=NEWER) as service:
        ready = {"status": "ready", "missing": [], "building": ["channels version 2"]}
        assert await readiness(service) == (200, ready)
        assert await listed(service) == ["first"]
        async with py_client(service.url) as client:
            await client.auth(token())
            second = await create_channel(service.url, "demo", "second")
            await client.until(lambda: second in client.events("channel-created"))
            await other.close()

            async def is_built() -> bool:
                return await readiness(service) == (200, ready | {"building": []})

            await eventually(is_built)
            assert await listed(service, second["position"] + 1) == ["first", "second"]
            third = await create_channel(service.url, "demo", "third")
            await client.until(lambda: third in client.events("channel-created"))
            # Of the building nothing was heard.
            assert client.events("channel-created") == [second, third]
        for words in ("channels version 2 is not there: building it", "is read from now on"):
            assert words in service.output
    with running_service(database_url) as service:
        assert await readiness(service) == (200, ready | {"building": []})
        assert await listed(service, third["position"] + 1) == ["first", "second", "third"]
    statuses = kanal("replay", "--list", database_url=database_url)
    assert [line.split()[:2] for line in statuses.stdout.splitlines()[1:]] == [
        ["channels", "1"],
        ["channels", "2"],
        ["revocations", "1"],
        ["snapshots", "1"],
    ]
    assert "of a newer Kanal" in statuses.stdout
