"""Several workers are one service: they share the port, and one that dies is missed by nobody."""

import asyncio
import os
import signal
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.embedded_service import create, embedded, postgres_pid
from tests.support.engine_io import Ended
from tests.support.program import KANAL
from tests.support.service import running_service
from tests.support.tokens import token
from tests.support.workers import a_socket_each, all_ready, connections, ended, states, workers


async def test_all_of_them_serve_and_speak_of_each_other(database_url: str) -> None:
    async with AsyncExitStack() as stack:
        with running_service(database_url, workers="2") as service:
            sockets = await a_socket_each(service, stack)
            channel = await create_channel(service.url, "demo", "general")
            for socket in sockets:
                assert await socket.event("channel-created") == channel
            await all_ready(service)

            async def are_counted() -> bool:
                return sum((await connections(service)).values()) == len(sockets)

            await eventually(are_counted)
            assert service.output.count("listens on") == 1
            for name in ("w1", "w2"):
                assert f" [{name}] INFO " in service.output
            assert service.troubles == ""


async def test_one_that_is_killed_is_missed_by_nobody_and_comes_back(database_url: str) -> None:
    async with AsyncExitStack() as stack:
        with running_service(database_url, workers="2") as service:
            sockets = await a_socket_each(service, stack)
            victim = workers(service)["w1"]
            lost = (await connections(service))["w1"]
            victim.kill()
            await ended([victim])
            channels = [await create_channel(service.url, "demo", f"{n}") for n in range(20)]
            cut = 0
            for socket in sockets:
                try:
                    await socket.event("channel-created", len(channels))
                    assert socket.events("channel-created") == channels
                except Ended:
                    cut += 1
            assert cut == lost < len(sockets)
            await all_ready(service)
            assert workers(service)["w1"].pid != victim.pid
            assert "w1 has ended" in service.output


async def test_one_that_stands_still_gets_no_connection_and_is_named(database_url: str) -> None:
    with running_service(database_url, workers="2") as service:
        stopped = workers(service)["w1"]
        stopped.suspend()
        try:
            for number in range(20):
                await create_channel(service.url, "demo", f"{number}")

            async def are_told_apart() -> bool:
                return await states(service) == {"w1": "does not answer", "w2": "ready"}

            await eventually(are_told_apart)
        finally:
            stopped.resume()
        await all_ready(service)


@pytest.mark.parametrize("is_impatient", [False, True])
async def test_a_signal_ends_all_of_them_and_their_postgres_last(
    tmp_path: Path, is_impatient: bool
) -> None:
    async with AsyncExitStack() as stack:
        with embedded(tmp_path, command=(KANAL, "serve", "--workers", "2")) as service:
            await a_socket_each(service, stack)
            processes = list(workers(service).values())
            assert len(processes) == 2
            assert postgres_pid(tmp_path) is not None
            while is_impatient and service.process.poll() is None:
                os.killpg(service.process.pid, signal.SIGINT)  # as Ctrl-C does
                await asyncio.sleep(0.002)
            assert await asyncio.to_thread(service.stop) == 0
            await ended(processes)
            assert postgres_pid(tmp_path) is None
            assert service.troubles == ""


async def test_they_drain_as_one_also_where_all_processes_are_signalled(database_url: str) -> None:
    """As systemd does by default."""
    with running_service(database_url, workers="2", drain="3600") as service:
        everyone = [psutil.Process(service.process.pid), *workers(service).values()]
        for process in everyone:
            process.send_signal(signal.SIGTERM)

        async def are_draining() -> bool:
            return await states(service) == {"w1": "not ready", "w2": "not ready"}

        await eventually(are_draining)
        await create_channel(service.url, "demo", "meanwhile")
        assert await asyncio.to_thread(service.stop) == 0
        assert service.troubles == ""


async def test_the_port_is_closed_while_the_last_requests_are_answered(database_url: str) -> None:
    """A connection that nobody accepts any more is refused, so that a proxy gives it to another
    node; it does not wait for the end of the service, and then fail."""
    body = b'{"name": "the last"}'
    with running_service(database_url, workers="2") as service:
        place = urlsplit(service.url)

        async def is_refused() -> bool:
            try:
                _, writer = await asyncio.open_connection(place.hostname, place.port)
            except ConnectionRefusedError:
                return True
            writer.close()
            return False

        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(
            f"POST /workspaces/demo/channels HTTP/1.1\r\nHost: kanal\r\nExpect: 100-continue\r\n"
            f"Authorization: Bearer {token()}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
        )
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        service.process.send_signal(signal.SIGTERM)
        await eventually(is_refused)
        writer.write(body)
        assert (await reader.readline()).startswith(b"HTTP/1.1 201")
        writer.close()


async def test_the_embedded_postgres_outlives_a_worker_that_is_killed(tmp_path: Path) -> None:
    with embedded(tmp_path, workers="2") as service:
        postgres = postgres_pid(tmp_path)
        for name in ("w1", "w2"):
            victim = workers(service)[name]
            victim.kill()
            await ended([victim])
            await all_ready(service)
        assert create(service, "general") == 201
        assert postgres_pid(tmp_path) == postgres


async def test_they_end_with_their_parent_and_the_port_is_free(tmp_path: Path) -> None:
    with embedded(tmp_path, workers="2") as service:
        processes = list(workers(service).values())
        await asyncio.to_thread(service.stop, signal.SIGKILL)
        await ended(processes)
        port = service.url.rpartition(":")[2]
        with embedded(tmp_path, workers="2", port=port) as next_one:
            assert create(next_one, "general") == 201


def test_one_worker_is_no_process_besides(database_url: str) -> None:
    with running_service(database_url, workers="1") as service:
        assert workers(service) == {}
        assert "[w1]" not in service.output
