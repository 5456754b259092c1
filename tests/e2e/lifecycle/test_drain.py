"""A node that is told to stop says so first, and goes when balancers have seen it."""

import asyncio
import signal
from contextlib import ExitStack
from functools import partial

import httpx

from tests.support.background import eventually, running
from tests.support.balancer import Balancer
from tests.support.channels import create_channel
from tests.support.clients import PATIENCE
from tests.support.creating import creating
from tests.support.engine_io import websocket
from tests.support.in_process import service_in_process
from tests.support.service import RunningService, free_port, running_service
from tests.support.tokens import token

DRAIN = "3600"
"""Seconds: however long a busy machine's balancer takes to see that a node leaves."""


async def has_seen(balancer: Balancer, node: RunningService) -> bool:
    """Whether a balancer has seen that a node leaves."""
    return node.url not in balancer.ready


async def test_a_rolling_restart_behind_a_balancer_fails_no_create(database_url: str) -> None:
    ports = [free_port(), free_port()]

    def start(port: int) -> RunningService:
        node = nodes.enter_context(running_service(database_url, port=str(port), drain=DRAIN))
        # Two signals would end its drain, but the system makes one of two that come together.
        nodes.callback(node.process.kill)
        return node

    with ExitStack() as nodes:
        running = {port: start(port) for port in ports}
        urls = [node.url for node in running.values()]
        async with Balancer(urls, answer_within=PATIENCE) as balancer:

            async def both_are_ready() -> bool:
                return len(balancer.ready) == len(ports)

            await eventually(both_are_ready)
            async with creating(balancer.url) as creates:
                for port, node in running.items():
                    node.process.send_signal(signal.SIGTERM)
                    await eventually(partial(has_seen, balancer, node))
                    await creates.some_more()  # what was on its way to the node is answered
                    assert await asyncio.to_thread(node.stop) == 0
                    await creates.some_more()
                    await asyncio.to_thread(start, port)
                    await eventually(both_are_ready)
                    await creates.some_more()
    assert creates.failed == {}


async def test_meanwhile_it_is_not_ready_and_serves_as_before_until_a_second_signal(
    database_url: str,
) -> None:
    with running_service(database_url, drain="3600") as service:

        async def says_so() -> bool:
            async with httpx.AsyncClient(timeout=PATIENCE) as http:
                answer = await http.get(f"{service.url}/health/ready")
            return (answer.status_code, answer.json()["missing"]) == (503, ["draining"])

        async with websocket(service.url) as before:
            await before.auth(token())
            service.process.send_signal(signal.SIGTERM)
            await eventually(says_so)
            async with websocket(service.url) as after:
                await after.auth(token())
                channel = await create_channel(service.url, "demo", "meanwhile")
                assert await before.event("channel-created") == channel
                assert await after.event("channel-created") == channel
                assert await asyncio.to_thread(service.stop) == 0
        assert service.troubles == ""


async def test_an_answer_meanwhile_ends_its_connection(database_url: str) -> None:
    """So that none is closed with a request on its way."""
    async with (
        service_in_process(database_url) as (service, url),
        httpx.AsyncClient(timeout=PATIENCE) as http,
    ):
        assert (await http.get(f"{url}/health/ready")).headers["Connection"] == "keep-alive"
        service.is_leaving = True
        assert (await http.get(f"{url}/health/ready")).headers["Connection"] == "close"


async def test_its_sockets_are_let_go_one_after_the_other_and_hear_until_then(
    database_url: str,
) -> None:
    async with (
        service_in_process(database_url) as (service, url),
        websocket(url) as first,
        websocket(url) as second,
    ):
        await first.auth(token())
        await second.auth(token())
        async with running(service.sockets.events.let_go(seconds=7200)):
            await first.ended()
            channel = await create_channel(url, "demo", "meanwhile")
            assert await second.event("channel-created") == channel
        await service.sockets.events.shut_down()
        await second.ended()
