"""A service that is told to stop answers what was asked, and clients come back by themselves."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar

import asyncpg
import pytest
from websockets.frames import CloseCode

from tests.support.background import eventually
from tests.support.channels import api, create_channel
from tests.support.clients import STOCK_CLIENTS
from tests.support.engine_io import NOOP, polling, websocket
from tests.support.postgres import OUR_LOCKS
from tests.support.service import RunningService, free_port, running_service
from tests.support.stalled import stalled_client
from tests.support.tokens import token

T = TypeVar("T")

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"], "an upgrade": None}

WITHOUT_DELAY: dict[str, dict[str, Any]] = {
    "javascript": {"reconnectionDelay": 50, "reconnectionDelayMax": 200},
    "python": {"reconnection": True, "reconnection_delay": 0.05, "reconnection_delay_max": 0.2},
}
"""They come back anyway; by default after seconds."""


async def test_stock_clients_come_back_by_themselves_when_the_service_is_restarted(
    database_url: str,
) -> None:
    port = str(free_port())
    auth = {"token": token(), "recover": True}
    async with AsyncExitStack() as stack:
        with running_service(database_url, port=port) as service:
            clients = [
                await stack.enter_async_context(
                    open_client(
                        service.url, auth=auth, transports=transports, **WITHOUT_DELAY[kind]
                    )
                )
                for kind, open_client in STOCK_CLIENTS.items()
                for transports in TRANSPORTS.values()
            ]
            for client in clients:
                await client.event("auth-success")
            assert await asyncio.to_thread(service.stop) == 0
            for client in clients:
                await client.kind("disconnect")
        with running_service(database_url, port=port) as service:
            for client in clients:
                await client.event("auth-success", 2)
            channel = await create_channel(service.url, "demo", "after")
            for client in clients:
                assert await client.event("channel-created") == channel


async def stopping(service: RunningService) -> None:
    """Tell the service to stop; it has begun to."""

    async def has_begun() -> bool:
        return "scripts.service.serve [-] stopping" in service.output

    service.process.send_signal(signal.SIGTERM)
    await eventually(has_begun)


async def stopped_well(service: RunningService) -> None:
    assert await asyncio.to_thread(service.stop) == 0
    assert service.troubles == ""


@asynccontextmanager
async def create_in_flight(
    database_url: str, create: Coroutine[Any, Any, T]
) -> AsyncIterator["asyncio.Task[T]"]:
    """A create that has come to the database, where it stays until the block ends."""
    admin = await asyncpg.connect(database_url)
    try:
        async with admin.transaction():
            await admin.execute("SELECT FROM log_head FOR UPDATE")
            creating = asyncio.create_task(create)
            await eventually(
                lambda: admin.fetchval(f"SELECT count(*) FROM {OUR_LOCKS} WHERE NOT granted")
            )
            yield creating
    finally:
        await admin.close()


async def test_a_command_in_flight_is_answered_over_http(database_url: str) -> None:
    with running_service(database_url) as service:
        async with api(service.url, "demo") as http:
            create = http.post("", json={"name": "in flight"})
            async with create_in_flight(database_url, create) as creating:
                await stopping(service)
            answer = await creating
            assert answer.status_code == 201
            assert answer.headers["Connection"] == "close"
            await stopped_well(service)


@pytest.mark.parametrize("kind", STOCK_CLIENTS)
@pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS)
async def test_a_command_in_flight_is_answered_before_its_socket_is_let_go(
    database_url: str, kind: str, transports: list[str]
) -> None:
    auth = {"token": token()}
    with running_service(database_url) as service:
        async with STOCK_CLIENTS[kind](service.url, auth=auth, transports=transports) as client:
            await client.event("auth-success")
            wanted = {"workspaceId": "demo", "name": "in flight"}
            create = client.call("create-channel", wanted)
            async with create_in_flight(database_url, create) as creating:
                await stopping(service)
            assert (await creating)["channel"]["name"] == "in flight"
            await stopped_well(service)


async def test_a_websocket_is_let_go_without_a_close_frame(database_url: str) -> None:
    """The Java client does not notice one."""
    with running_service(database_url) as service:
        async with websocket(service.url) as session:
            await session.auth(token())
            await stopping(service)
            await session.cut()
            assert session.connection.close_code == CloseCode.ABNORMAL_CLOSURE
            await stopped_well(service)


async def test_who_does_not_let_go_is_left(database_url: str) -> None:
    with running_service(database_url) as service:
        address = ("127.0.0.1", int(service.url.rpartition(":")[2]))
        access = token("bob", ("demo",))
        with socket.create_connection(address), socket.create_connection(address) as half:
            half.sendall(b"POST /workspaces/demo/channels HTTP/1.1\r\nContent-Length: 9\r\n\r\n{")
            async with (
                stalled_client(service.url, access),
                websocket(service.url),
                polling(service.url) as does_not_poll,
                polling(service.url) as polls_once,
            ):
                await does_not_poll.auth(access)
                await polls_once.auth(access)
                answer = await polls_once.open_get()
                await stopping(service)
                await stopped_well(service)
                assert (await answer).text == NOOP
