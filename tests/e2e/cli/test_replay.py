"""`kanal replay` beside a running service: rebuilds, verifies, lists; and nobody hears of it."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import asyncpg
import pytest

from tests.support import postgres
from tests.support.channels import api, create_channel
from tests.support.clients import PATIENCE, py_client
from tests.support.command_line import kanal
from tests.support.program import KANAL
from tests.support.service import RunningService, running_service
from tests.support.tokens import token


@pytest.fixture(scope="module")
def url(postgres_url: str) -> str:
    return postgres.create_database(postgres_url)


@pytest.fixture(scope="module")
def service(url: str) -> Iterator[RunningService]:
    with running_service(url) as running:
        yield running


def ask(url: str, *statements: str) -> list[list[asyncpg.Record]]:
    """The rows of each statement, asked past our code."""

    async def fetch() -> list[list[asyncpg.Record]]:
        connection = await asyncpg.connect(url)
        try:
            return [await connection.fetch(statement) for statement in statements]
        finally:
            await connection.close()

    return asyncio.run(fetch())


async def listed(service: RunningService, position: int) -> list[str]:
    async with api(service.url, "demo") as client:
        page = (await client.get("", params={"minPosition": position})).json()
    return [channel["name"] for channel in page["channels"]]


COMMANDS = (
    ["replay"],
    ["replay", "snapshots"],
    ["replay", "--verify"],
    ["replay", "--list"],
    ["channels", "--workspace", "demo", "--at", "1"],
    ["export"],
    ["check"],
    ["tail"],
)


async def test_no_socket_hears_of_what_is_read_from_the_log(
    service: RunningService, url: str
) -> None:
    async with py_client(service.url) as client:
        await client.auth(token())
        before = [await create_channel(service.url, "demo", f"before {n}") for n in range(3)]
        for arguments in COMMANDS:
            done = await asyncio.to_thread(kanal, *arguments, database_url=url)
            assert done.returncode == 0, done.stderr
        async with api(service.url, "demo") as http:
            assert (await http.get("", params={"at": 1})).json()["channels"] == before[:1]
        after = await create_channel(service.url, "demo", "after")
        await client.until(lambda: after in client.events("channel-created"))
        assert client.events("channel-created") == [*before, after]
        assert {heard.name for heard in client.heard if heard.kind == "event"} == {
            "auth-success",
            "channel-created",
        }
    assert await listed(service, after["position"]) == [
        channel["name"] for channel in (*before, after)
    ]


def test_a_replay_says_what_it_did(service: RunningService, url: str) -> None:
    done = kanal("replay", "channels", database_url=url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("replayed channels: ")
    unknown = kanal("replay", "nothing", database_url=url)
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert unknown.stderr == (
        "kanal: there is no projection 'nothing'; there are: channels, snapshots, revocations\n"
    )


def test_verify_shows_the_rows_that_differ(url: str, service: RunningService) -> None:
    asyncio.run(create_channel(service.url, "demo", "to be spoilt"))
    equal = kanal("replay", "--verify", database_url=url)
    assert (equal.returncode, equal.stderr) == (0, "")
    assert "equal to the log at position" in equal.stdout
    ask(
        url,
        "UPDATE kanal_channels_v1.channel_list SET description = 'spoilt'"
        " WHERE name = 'to be spoilt'",
        "INSERT INTO kanal_channels_v1.channel_list_members"
        " VALUES (gen_random_uuid(), 'mallory', 'demo', 1)",
    )
    differs = kanal("replay", "--verify", database_url=url)
    assert differs.returncode == 1
    live, rebuilt, member = differs.stdout.splitlines()
    assert live.startswith("- live    channel_list {")
    assert '"description": "spoilt"' in live
    assert rebuilt.startswith("+ rebuilt channel_list {")
    assert '"description": null' in rebuilt
    assert member.startswith("- live    channel_list_members {")
    assert '"user_id": "mallory"' in member
    assert "differs from the log at position" in differs.stderr
    assert "in 3 rows" in differs.stderr
    assert kanal("replay", database_url=url).returncode == 0
    assert kanal("replay", "--verify", database_url=url).returncode == 0


def test_the_list_of_projections_has_versions_positions_and_lags(
    url: str, service: RunningService
) -> None:
    listing = kanal("replay", "--list", database_url=url)
    assert (listing.returncode, listing.stderr) == (0, "")
    heading, *rows = listing.stdout.splitlines()
    assert heading.split() == ["projection", "version", "position", "head", "lag", "state"]
    names = ["channels", "revocations", "snapshots"]
    assert [row.split()[:2] for row in rows] == [[name, "1"] for name in names]
    assert all(row.split()[-1] == "served" for row in rows)


def test_two_of_the_options_at_once_are_refused(url: str) -> None:
    refused = kanal("replay", "--verify", "--in-place", database_url=url)
    assert refused.returncode == 1
    assert "do not go together" in refused.stderr


IS_BEGUN = "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = 'kanal_channels_v1_next')"


def test_a_replay_that_is_killed_leaves_the_list_and_the_next_one_names_what_it_left(
    url: str, service: RunningService
) -> None:
    (before,) = ask(url, "TABLE kanal_channels_v1.channel_list")

    async def kill_before_the_switch() -> None:
        reader = await asyncpg.connect(url)
        try:
            async with reader.transaction():
                # Whoever reads keeps the switch waiting.
                await reader.fetch("SELECT FROM kanal_channels_v1.channel_list")
                process = subprocess.Popen(
                    [KANAL, "replay"], env=os.environ | {"KANAL_DATABASE_URL": url}
                )
                try:
                    await eventually_true(reader, IS_BEGUN)
                    second = await asyncio.to_thread(kanal, "replay", database_url=url)
                finally:
                    process.send_signal(signal.SIGKILL)
                    process.wait()
                assert second.returncode == 1
                assert "another replay of it is running" in second.stderr
        finally:
            await reader.close()

    asyncio.run(kill_before_the_switch())
    (after,) = ask(url, "TABLE kanal_channels_v1.channel_list")
    assert after == before
    assert "served, being rebuilt" in kanal("replay", "--list", database_url=url).stdout
    done = until(lambda: kanal("replay", database_url=url), lambda done: done.returncode == 0)
    assert "removed what an earlier rebuild of channels version 1 had left" in done.stderr
    assert ask(url, IS_BEGUN)[0][0]["exists"] is False


def test_a_broken_list_is_made_anew_in_place_once_the_service_is_stopped(
    postgres_url: str,
) -> None:
    url = postgres.create_database(postgres_url)
    with running_service(url) as service:
        asyncio.run(create_channel(service.url, "demo", "one"))
        refused = kanal("replay", "--in-place", database_url=url)
        assert refused.returncode == 1
        assert "stop it first" in refused.stderr
    ask(url, "DROP TABLE kanal_channels_v1.channel_list")
    broken = kanal("replay", "--verify", database_url=url)
    assert (broken.returncode, broken.stdout) == (1, "")
    assert "channels version 1 is broken" in broken.stderr
    assert "Traceback" not in broken.stderr
    assert kanal("replay", "--in-place", database_url=url).returncode == 0
    assert "1 rows, equal" in kanal("replay", "--verify", database_url=url).stdout
    with running_service(url) as service:
        assert asyncio.run(listed(service, 2)) == ["one"]


async def eventually_true(connection: asyncpg.Connection, statement: str) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await connection.fetchval(statement):
            await asyncio.sleep(0.01)


Done = subprocess.CompletedProcess[str]


def until(run: Callable[[], Done], is_right: Callable[[Done], bool]) -> Done:
    """Run again while a process that was killed is still being missed by its database."""
    deadline = time.monotonic() + PATIENCE
    while not is_right(done := run()):
        assert time.monotonic() < deadline, done
    return done
