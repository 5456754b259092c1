"""kanal-client over restarts of the service: it resumes, begins anew where it is told to, and shows
nothing of a log that has lost its end."""

import asyncio
import signal
from contextlib import ExitStack
from typing import Any

import asyncpg
import httpx
import pytest

from tests.support.channels import create_channel
from tests.support.clients import PATIENCE
from tests.support.in_process import service_in_process
from tests.support.kanal_client import TRANSPORTS, kanal_client
from tests.support.rewinding import LOSE_THE_END, PROMOTE
from tests.support.service import free_port, running_service
from tests.support.tokens import token

pytestmark = pytest.mark.usefixtures("language")

ACCESS = token("alice")

ways = pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS)


@ways
async def test_it_resumes_after_a_restart_and_shows_what_it_missed_in_one_step(
    database_url: str, transports: list[str] | None
) -> None:
    port = str(free_port())
    with ExitStack() as services:
        first = services.enter_context(running_service(database_url, port=port))
        before = await create_channel(first.url, "demo", "before")
        async with kanal_client(first.url, "demo", ACCESS, transports=transports) as client:
            await client.live(position=before["position"])
            for number in (signal.SIGTERM, signal.SIGKILL):
                first.stop(number)
                await client.status("away")
                with running_service(database_url) as elsewhere:
                    for what in ("a", "b"):
                        last = await create_channel(elsewhere.url, "demo", f"{what} {number}")
                first = services.enter_context(running_service(database_url, port=port))
                await client.live(position=last["position"])
                metrics = httpx.get(f"{first.url}/health/metrics", timeout=PATIENCE).text
                assert '\nkanal_resumes_total{recovered="true"} 1.0\n' in metrics
            assert client.names == ["before", "a 15", "b 15", "a 9", "b 9"]
            assert {len(state["channels"]) for state in client.states} == {0, 1, 3, 5}
            assert client.models == 5, "what has not changed is the same object"


async def test_who_is_too_far_behind_begins_anew_and_shows_the_old_list_until_then(
    database_url: str,
) -> None:
    port = str(free_port())
    with ExitStack() as services:
        first = services.enter_context(running_service(database_url, port=port))
        kept = await create_channel(first.url, "demo", "kept")
        async with kanal_client(first.url, "demo", ACCESS) as client:
            await client.live(position=kept["position"])
            first.stop()
            await client.status("away")
            with running_service(database_url) as elsewhere:
                for number in range(5):
                    last = await create_channel(elsewhere.url, "demo", f"missed {number}")
            limited = running_service(database_url, port=port, resume_limit="2")
            services.enter_context(limited)
            await client.live(position=last["position"])
            assert len(client.names) == 6
            assert {len(state["channels"]) for state in client.states} == {0, 1, 6}
            assert client.models == 6, "the one that was kept is the same object"


@pytest.mark.parametrize("seen", ["more than is left", "what is left"])
async def test_after_the_log_has_lost_its_end_it_shows_what_there_is(
    database_url: str, seen: str
) -> None:
    port = str(free_port())
    with ExitStack() as services:
        first = services.enter_context(running_service(database_url, port=port))
        past = await create_channel(first.url, "demo", "past")
        async with kanal_client(first.url, "demo", ACCESS) as client:
            before = await client.live(position=past["position"])
            if seen == "what is left":
                first.stop()
                first = services.enter_context(running_service(database_url))
            lost = [await create_channel(first.url, "demo", f"lost {n}") for n in range(3)]
            if seen == "more than is left":
                await client.live(position=lost[-1]["position"])
            first.stop()
            await client.status("away")
            await rewind(database_url, past["position"])
            with running_service(database_url) as elsewhere:
                for number in range(2):
                    new = await create_channel(elsewhere.url, "demo", f"new {number}")
            services.enter_context(running_service(database_url, port=port))
            state = await client.until(
                lambda state: state["status"] == "live" and state["log"] != before["log"]
            )
            assert client.names == ["past", "new 0", "new 1"]
            assert state["position"] >= new["position"]
            for state in client.states:
                names = [channel["name"] for channel in state["channels"]]
                of_both = {name.partition(" ")[0] for name in names} >= {"lost", "new"}
                assert not of_both, "no state is of two logs"


async def rewind(database_url: str, position: int) -> None:
    """The log has lost all beyond a position, and goes on elsewhere."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(LOSE_THE_END.format(position))
        await connection.execute(PROMOTE)
    finally:
        await connection.close()


async def test_it_comes_back_where_another_epoch_begins_as_it_joins(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its token is as good as before: it is not refused."""
    async with service_in_process(database_url) as (service, url):
        sockets, event, asked = service.sockets, service.sockets.events.event, asyncio.Event()

        async def first_of_all(eio_sid: str, name: str, arguments: list[Any]) -> Any:
            if name == "await-position" and not asked.is_set():
                asked.set()
                sockets.delivery.pause()
            return await event(eio_sid, name, arguments)

        monkeypatch.setattr(sockets.events, "event", first_of_all)
        async with kanal_client(url, "demo", ACCESS) as client:
            await asked.wait()
            sockets.delivery.begin(sockets.delivery.lineage, sockets.delivery.position)
            await sockets.events.send_away()
            await client.live()
            assert "refused" not in [state["status"] for state in client.states]
