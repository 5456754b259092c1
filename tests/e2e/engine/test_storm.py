"""A storm of connections that come, authenticate and vanish leaves nothing of them behind."""

import asyncio

import httpx

from scripts.service.service import Service
from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import PATIENCE
from tests.support.engine_io import (
    CLOSE,
    DISCONNECT,
    event,
    polling,
    websocket,
    websocket_url,
)
from tests.support.in_process import service_in_process
from tests.support.tokens import token

STORM = 300

PASSING = {"connecting", "disconnecting", "frames that wait to be read"}
"""What is kept of a connection for a moment, also of one that stays."""


def left_behind(service: Service) -> dict[str, int]:
    """All that the service and the libraries keep for each connection."""
    server = service.sockets.server
    kept = {
        "sessions": service.sockets.sessions._by_eio_sid,
        "workspaces listened to": service.sockets.sessions.listeners._by_workspace,
        "open engine.io sockets": [s for s in server.eio.sockets.values() if not s.closed],
        "polled": server.eio._polled,
        "environments": server.environ,
        "rooms": server.manager.rooms.get("/", {}),
        "connecting": server.manager.pending_connect,
        "disconnecting": server.manager.pending_disconnect,
        "unfinished binary events": server._binary_packet,
        "frames that wait to be read": [
            task
            for task in asyncio.all_tasks()
            if "async_data_received" in getattr(task.get_coro(), "__qualname__", "")
        ],
    }
    return {what: len(held) for what, held in kept.items() if held}


async def over_websocket(url: str, number: int) -> None:
    """Come, authenticate, and vanish in one of several ways, some without authenticating."""
    async with websocket(url) as session:
        if number % 10:
            await session.auth(token(f"user-{number % 7}", ("storm", f"own-{number}")))
        if number % 5 == 1:
            await session.send('452-["create-channel",{"_placeholder":true,"num":0}]')
        match number % 6:
            case 0:
                session.connection.transport.abort()
            case 1:
                session.connection.transport.close()
            case 2:
                await session.offer(DISCONNECT, CLOSE)
            case 3:
                await session.offer("what?", *["3"] * 100)
            case 4:
                await session.offer(event("create-channel", {"workspaceId": "storm"}))
                session.connection.transport.abort()


async def over_polling(url: str, number: int) -> None:
    async with polling(url) as session:
        await session.auth(token(f"user-{number % 7}", ("storm", f"own-{number}")))
        match number // 6 % 3:
            case 0:
                opened = await session.open_get()
                opened.cancel()
            case 1:
                await session.offer(DISCONNECT, CLOSE, "40")
            case 2:
                await session.offer("what?")


async def without_a_key(url: str) -> None:
    """Ask for a WebSocket in a way that cannot become one."""
    headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        response = await http.get(websocket_url(url).replace("ws", "http", 1), headers=headers)
        assert response.status_code == 400


async def test_a_storm_leaves_nothing_behind(database_url: str) -> None:
    # The deadline is far away: it would sweep up what was left behind.
    async with service_in_process(database_url, auth_timeout="3600") as (service, url):
        few = asyncio.Semaphore(50)

        async def one(number: int) -> None:
            async with few:
                if number % 6 < 5:
                    await over_websocket(url, number)
                else:
                    await over_polling(url, number)
                    await without_a_key(url)

        async def at_rest() -> dict[str, int]:
            left = left_behind(service)
            return {} if left.keys() & PASSING else left

        async def until_left_behind(expected: dict[str, int]) -> None:
            async with asyncio.timeout(PATIENCE):
                while left_behind(service) != expected:
                    await asyncio.sleep(0.02)

        async with websocket(url) as stays:
            await stays.auth(token("bob", ("stays",)))
            one_session = await eventually(at_rest)
            assert one_session["sessions"] == one_session["workspaces listened to"] == 1
            await asyncio.gather(*(one(number) for number in range(STORM)))
            await until_left_behind(one_session)
            channel = await create_channel(url, "stays", "after the storm")
            assert await stays.event("channel-created") == channel
        await until_left_behind({})
