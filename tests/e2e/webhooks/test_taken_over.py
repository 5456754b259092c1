"""One node sends, and another goes on where it was when it dies, stands still or stops."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.background import eventually, running
from tests.support.feed import read_feed, reading_all
from tests.support.hook_receiver import HookReceiver, hook_receiver
from tests.support.http import User, changed, created, http_client
from tests.support.metrics import value
from tests.support.registering import Registrar, added
from tests.support.service import RunningService, running_service
from tests.support.webhook_sending import in_order_for_each_channel, until

CHANNELS = 3


async def sends(service: RunningService) -> bool:
    return await value(service.url, "kanal_webhook_sender") == 1


async def stands_by(service: RunningService) -> bool:
    return not await sends(service)


async def sender_of(services: list[RunningService]) -> RunningService:
    """The node that sends, once one does."""

    async def found() -> list[RunningService]:
        return [each for each in services if await sends(each)]

    (sender,) = await eventually(found, within=30)
    return sender


@asynccontextmanager
async def changing(service: RunningService) -> AsyncIterator[None]:
    """Change channels in turn until the block ends."""
    stop = asyncio.Event()

    async def change() -> None:
        with http_client(service.url) as http:
            alice = User(http, "demo")
            ids = [created(alice.create(f"channel {number}"))["id"] for number in range(CHANNELS)]
            number = 0
            while not stop.is_set():
                for id in ids:
                    number += 1
                    changed(await asyncio.to_thread(alice.update, id, description=str(number)))

    async with running(change()) as tasks:
        yield
        stop.set()
        await asyncio.gather(*tasks)


async def some_more(there: HookReceiver) -> None:
    wanted = len(there.accepted) + 30
    await until(lambda: len(there.accepted) >= wanted)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM])
async def test_whatever_ends_the_sender_every_event_comes_in_order(
    database_url: str, number: signal.Signals
) -> None:
    networks = {"webhook_networks": "127.0.0.0/8"}
    async with hook_receiver() as there:
        with (
            running_service(database_url, **networks) as a,
            running_service(database_url, **networks) as b,
        ):
            sender = await sender_of([a, b])
            other = b if sender is a else a
            with http_client(other.url) as http:
                webhook = added(Registrar(http).add(there.url))
            async with changing(other):
                await some_more(there)
                os.kill(sender.process.pid, number)
                await eventually(lambda: sends(other), within=60)
                await some_more(there)
                if number is signal.SIGSTOP:
                    os.kill(sender.process.pid, signal.SIGCONT)
                    await some_more(there)
                    await eventually(lambda: stands_by(sender), within=60)
            events = await read_feed(other.url, reading_all())
            await until(lambda: set(there.positions) >= {int(e["position"]) for e in events})
            assert other.troubles == ""
    assert in_order_for_each_channel(there.accepted)
    for hook in there.accepted:
        hook.verify(webhook["secret"])
    if number is signal.SIGTERM:
        assert len(there.positions) == len(events)  # it has noted all that it had sent
    assert len(there.positions) < 2 * len(events)
