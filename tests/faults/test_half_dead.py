"""A link to the database that swallows everything without an end counts as away, and mends."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.faults.proxy import Proxy, Stream
from tests.support.background import eventually
from tests.support.clients import PATIENCE, js_client, py_client
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

CHANNELS = "/workspaces/demo/channels"


async def test_a_link_that_swallows_everything_is_away_and_nothing_is_lost(
    database_url: str,
) -> None:
    parts = urlsplit(database_url)
    (directory,) = parse_qs(parts.query)["host"]

    async def dial() -> Stream:
        return await asyncio.open_unix_connection(f"{directory}/.s.PGSQL.5432")

    async with Proxy(dial) as proxy:
        through = (
            f"postgresql://{parts.username}@127.0.0.1:{proxy.port}{parts.path}?sslmode=disable"
        )
        async with served(through) as service:
            headers = {"Authorization": f"Bearer {token()}"}
            async with (
                httpx.AsyncClient(base_url=service.url, headers=headers, timeout=PATIENCE) as http,
                js_client(service.url, auth={"token": token(), "recover": True}) as javascript,
                py_client(service.url, auth={"token": token()}) as python,
            ):
                clients = (javascript, python)
                for client in clients:
                    await client.event("auth-success")
                created = [(await http.post(CHANNELS, json={"name": "before"})).json()]
                proxy.stall()
                stalled = time.monotonic()
                answers = await asyncio.gather(
                    *(http.post(CHANNELS, json={"name": f"during {n}"}) for n in range(20)),
                    http.get(CHANNELS),
                    http.get(f"{CHANNELS}/{created[0]['id']}"),
                )
                answered = time.monotonic() - stalled
                for answer in answers:
                    assert answer.status_code == 503
                    assert int(answer.headers["Retry-After"]) > 0
                await until(http, 503)
                away = time.monotonic() - stalled
                proxy.heal()
                healed = time.monotonic()
                await until(http, 200)
                while (answer := await post(http, "after")).status_code != 201:
                    assert answer.status_code == 503
                    await asyncio.sleep(0.05)
                back = time.monotonic() - healed
                print(
                    f"all 503 after {answered:.1f} s, not ready after {away:.1f} s,"
                    f" served {back:.1f} s after the link was back"
                )
                created.append(answer.json())
                page = await until_listed(http, created[-1]["position"])
                for client in clients:
                    await client.event("channel-created", len(page.json()["channels"]))
                    assert client.events("channel-created") == page.json()["channels"]
                    assert not [heard for heard in client.heard if heard.kind == "disconnect"]
                assert all(channel in page.json()["channels"] for channel in created)


@asynccontextmanager
async def served(database_url: str) -> AsyncIterator[RunningService]:
    """A service, started and stopped while the loop, and what it forwards, goes on."""
    service = running_service(database_url)
    running = await asyncio.to_thread(service.__enter__)
    try:
        yield running
    finally:
        await asyncio.to_thread(service.__exit__, None, None, None)


async def post(http: httpx.AsyncClient, name: str) -> httpx.Response:
    """Create a channel; a repeat of one that was recorded answers it again."""
    return await http.post(
        CHANNELS, json={"name": name}, headers={"Idempotency-Key": f"{name}-{time.time_ns()}"}
    )


async def until_listed(http: httpx.AsyncClient, position: int) -> httpx.Response:
    """The list, once it is written again and reflects a position."""

    async def listed() -> httpx.Response | None:
        page = await http.get(CHANNELS, params={"minPosition": position, "limit": 200})
        assert page.status_code in (200, 503), page.text
        return page if page.status_code == 200 else None

    page = await eventually(listed, within=60)
    assert page is not None
    return page


async def until(http: httpx.AsyncClient, status: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await http.get("/health/ready")).status_code != status:
            await asyncio.sleep(0.05)
