"""kanal-client's commands over cuts, restarts and limits: each is carried out once and answered."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.faults.proxy import CHUNK, Stream
from tests.support.channels import api, create_channel
from tests.support.kanal_client import KanalClient, Refused, Way, kanal_client, way_to
from tests.support.postgres import StoppableServer
from tests.support.service import RunningService, free_port, running_service
from tests.support.tokens import token

pytestmark = pytest.mark.usefixtures("language")


class LosingAnswers(Way):
    """A way on which the answer to one request is lost: the service carries it out, and the
    connection ends before its client hears of it."""

    losing: bytes | None = None
    """What that request begins with."""

    async def _forward(self, near: Stream, far: Stream) -> None:
        is_lost = False

        async def there() -> None:
            nonlocal is_lost
            while data := await near[0].read(CHUNK):
                if self.losing is not None and data.startswith(self.losing):
                    self.losing, is_lost = None, True
                far[1].write(data)
                await far[1].drain()

        async def back() -> None:
            while data := await far[0].read(CHUNK):
                if is_lost:
                    return
                near[1].write(data)
                await near[1].drain()

        ways = [asyncio.create_task(there()), asyncio.create_task(back())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)


@asynccontextmanager
async def losing_answers(
    url: str, workspace: str, user: str = "alice"
) -> AsyncIterator[tuple[LosingAnswers, KanalClient]]:
    dial = way_to(url)._dial
    access = token(user, (workspace,))
    async with LosingAnswers(dial) as way, kanal_client(way.url, workspace, access) as client:
        await client.live()
        yield way, client
        assert way.losing is None, "there was no such request"


async def versions(url: str, workspace: str, channel: Any) -> list[Any]:
    async with api(url, workspace) as http:
        history = (await http.get(f"/{channel['id']}/history")).json()["history"]
    return [entry["version"] for entry in history]


async def test_a_creation_whose_answer_is_lost_creates_one_channel(
    service: RunningService, workspace: str
) -> None:
    async with losing_answers(service.url, workspace) as (way, client):
        way.losing = b"POST "
        made = await client.call("create", {"name": "once"})
        await client.live(position=made["position"])
        assert client.state["channels"] == [made]


@pytest.mark.parametrize("options", [{}, {"version": 1}], ids=["any version", "one version"])
async def test_an_update_whose_answer_is_lost_is_done_once_and_answered(
    service: RunningService, workspace: str, options: dict[str, int]
) -> None:
    channel = await create_channel(service.url, workspace, "before")
    async with losing_answers(service.url, workspace) as (way, client):
        way.losing = b"PATCH "
        updated = await client.call("update", channel["id"], {"name": "after"}, options)
        assert (updated["name"], updated["version"]) == ("after", 2)
    assert await versions(service.url, workspace, channel) == [1, 2]


async def test_an_update_that_somebody_else_was_before_is_refused_whatever_was_lost(
    service: RunningService, workspace: str
) -> None:
    channel = await create_channel(service.url, workspace, "before")
    async with api(service.url, workspace) as http:
        await http.patch(f"/{channel['id']}", json={"name": "of another"})
    async with losing_answers(service.url, workspace) as (way, client):
        way.losing = b"PATCH "
        with pytest.raises(Refused) as refused:
            await client.call("update", channel["id"], {"name": "after"}, {"version": 1})
        assert refused.value.code == "stale_version"
    assert await versions(service.url, workspace, channel) == [1, 2]


@pytest.mark.parametrize("options", [{}, {"version": 1}], ids=["any version", "one version"])
async def test_a_deletion_whose_answer_is_lost_is_done(
    service: RunningService, workspace: str, options: dict[str, int]
) -> None:
    channel = await create_channel(service.url, workspace, "gone")
    async with losing_answers(service.url, workspace) as (way, client):
        way.losing = b"DELETE "
        assert await client.call("delete", channel["id"], options) is None
        await client.until(lambda state: state["status"] == "live" and client.names == [])
        with pytest.raises(Refused) as refused:
            await client.call("delete", channel["id"])
        assert refused.value.code == "not_found"


async def test_members_are_added_and_removed_once_whatever_is_lost(
    service: RunningService, workspace: str
) -> None:
    secret = await create_channel(service.url, workspace, "secret", isPrivate=True)
    async with losing_answers(service.url, workspace) as (way, client):
        way.losing = b"PUT "
        await client.call("addMember", secret["id"], "bob", {"role": "admin", "version": 1})
        way.losing = b"DELETE "
        await client.call("removeMember", secret["id"], "bob", {"version": 2})
        way.losing = b"PUT "
        await client.call("addMember", secret["id"], "bob", {"role": "admin"})
    async with losing_answers(service.url, workspace, "bob") as (way, client):
        assert client.names == ["secret"]
        way.losing = b"DELETE "
        await client.call("removeMember", secret["id"], "bob")
        await client.until(lambda state: state["status"] == "live" and client.names == [])
    assert await versions(service.url, workspace, secret) == [1, 2, 3, 4, 5]


async def test_who_does_not_see_a_channel_is_not_told_that_they_have_taken_somebody_out(
    service: RunningService, workspace: str
) -> None:
    secret = await create_channel(service.url, workspace, "secret", isPrivate=True)
    async with losing_answers(service.url, workspace, "bob") as (way, client):
        way.losing = b"DELETE "
        with pytest.raises(Refused) as refused:
            await client.call("removeMember", secret["id"], "alice")
        assert refused.value.code == "not_found"


async def test_what_is_commanded_while_the_service_is_away_is_done_once_it_is_back(
    database_url: str,
) -> None:
    port = str(free_port())
    with ExitStack() as services:
        first = services.enter_context(running_service(database_url, port=port))
        async with kanal_client(first.url, "demo", token()) as client:
            await client.live()
            first.stop()
            await client.status("away")
            creating = client.start("create", {"name": "while away"})
            services.enter_context(running_service(database_url, port=port))
            made = await client.answer(creating)
            await client.live(position=made["position"])
            assert client.state["channels"] == [made]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[StoppableServer]:
    server = StoppableServer(tmp_path)
    server.start()
    yield server
    server.stop()


async def test_what_is_commanded_while_the_database_is_away_is_done_once_it_is_back(
    server: StoppableServer,
) -> None:
    with running_service(server.url) as service:
        async with kanal_client(service.url, "demo", token()) as client:
            await client.live()
            await asyncio.to_thread(server.stop)
            impatient = kanal_client(service.url, "demo", token(), patience=0)
            async with impatient as other:
                with pytest.raises(Refused) as refused:
                    await other.call("create", {"name": "given up"})
                assert (refused.value.code, refused.value.status) == ("unavailable", 503)
            creating = client.start("create", {"name": "while away"})
            await asyncio.to_thread(server.start)
            made = await client.answer(creating)
            await client.live(position=made["position"])
            assert client.names == ["while away"]


async def test_who_asks_for_too_much_waits_as_long_as_the_service_says(database_url: str) -> None:
    with running_service(database_url, rate_commands="4/second") as service:
        async with (
            kanal_client(service.url, "demo", token()) as client,
            kanal_client(service.url, "demo", token(), patience=0) as impatient,
        ):
            await client.live()
            creating = [client.start("create", {"name": f"{number}"}) for number in range(12)]
            made = [await client.answer(each) for each in creating]
            await client.live(position=max(each["position"] for each in made))
            assert set(client.names) == {str(number) for number in range(12)}

            hasty = [impatient.start("create", {"name": f"no {number}"}) for number in range(60)]
            codes = []
            for each in hasty:
                try:
                    await impatient.answer(each)
                except Refused as refused:
                    codes.append((refused.code, refused.status))
            assert set(codes) == {("rate_limited", 429)}


async def test_a_command_with_a_token_that_has_run_out_asks_for_a_fresh_one(
    service: RunningService, workspace: str
) -> None:
    old, fresh = token("alice", (workspace,), ttl=-1), token("alice", (workspace,))
    async with kanal_client(service.url, workspace, old, old, fresh) as client:
        await client.status("refused")
        made = await client.call("create", {"name": "made"})
        assert made["name"] == "made"
