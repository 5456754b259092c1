"""Stock clients need not know that there are several workers, over any transport."""

import signal
from contextlib import AsyncExitStack, suppress
from functools import partial
from typing import Any
from uuid import uuid4

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import STOCK_CLIENTS, Client
from tests.support.service import running_service
from tests.support.tokens import token

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"], "an upgrade": None}

OPTIONS: dict[str, dict[str, Any]] = {
    "javascript": {"reconnectionDelay": 50, "reconnectionDelayMax": 200},
    "python": {"reconnection": True, "reconnection_delay": 0.05, "reconnection_delay_max": 0.2},
}


def has_heard(client: Client, channel: Any) -> bool:
    return channel in client.events("channel-created")


async def hear_the_same(url: str, clients: list[Client]) -> bool:
    """Whether all hear of a new channel; some may have been on their way to a new worker."""
    channel = await create_channel(url, "demo", str(uuid4()))
    with suppress(AssertionError):
        for client in clients:
            await client.until(partial(has_heard, client, channel), within=2)
        return True
    return False


async def test_they_hear_all_before_and_after_the_workers_are_replaced(database_url: str) -> None:
    auth = {"token": token(), "recover": True}
    with running_service(database_url, workers="2") as service:
        async with AsyncExitStack() as stack:
            clients = [
                await stack.enter_async_context(
                    open_client(service.url, auth=auth, transports=transports, **OPTIONS[kind])
                )
                for kind, open_client in STOCK_CLIENTS.items()
                for transports in TRANSPORTS.values()
                for _ in range(3)
            ]
            for client in clients:
                await client.event("auth-success")
            before = await create_channel(service.url, "demo", "before")
            for client in clients:
                assert await client.event("channel-created") == before
            service.process.send_signal(signal.SIGHUP)

            async def is_said(line: str) -> bool:
                return line in service.output

            for name in ("w1", "w2"):
                await eventually(partial(is_said, f"{name} is replaced"), within=60)
            for client in clients:
                await client.event("auth-success", 2)
            await eventually(partial(hear_the_same, service.url, clients), within=60)
        assert service.troubles == ""
