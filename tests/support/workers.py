"""The workers of a running service, by what the system and the service say of them."""

import re
from contextlib import AsyncExitStack

import httpx
import psutil

from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.embedded_process import is_alive
from tests.support.engine_io import WebSocketSession, websocket
from tests.support.service import RunningService
from tests.support.tokens import token


def processes(service: RunningService) -> list[psutil.Process]:
    """All workers, also those that start and those that have given way, until they have ended."""
    return list(filter(is_alive, psutil.Process(service.process.pid).children()))


def workers(service: RunningService) -> dict[str, psutil.Process]:
    """The workers by name, while each has one process."""
    found = {}
    for process in processes(service):
        arguments = process.cmdline()
        found[arguments[arguments.index("scripts.cli.worker") + 1]] = process
    assert len(found) == len(processes(service))
    return found


async def states(service: RunningService) -> dict[str, str]:
    """What a worker says of all of them."""
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        answer = await http.get(f"{service.url}/health/ready")
    return answer.json()["workers"]


async def all_ready(service: RunningService, count: int = 2) -> None:
    """Wait until all workers say that they are."""
    wanted = {f"w{number}": "ready" for number in range(1, count + 1)}

    async def are_ready() -> bool:
        return await states(service) == wanted

    await eventually(are_ready, within=60)


async def connections(service: RunningService) -> dict[str, int]:
    """How many are open, by worker, once each has said so: a busy one may not at first."""
    names = workers(service).keys()

    async def told() -> dict[str, int]:
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            text = (await http.get(f"{service.url}/health/metrics")).text
        found = re.findall(r'^kanal_connections\{worker="(\w+)"\} (\d+)', text, re.MULTILINE)
        counts = {name: int(count) for name, count in found}
        return counts if counts.keys() == names else {}

    return await eventually(told)


async def a_socket_each(
    service: RunningService, stack: AsyncExitStack, user: str = "alice"
) -> list[WebSocketSession]:
    """Sockets that are authenticated: so many that each worker has one."""
    sockets: list[WebSocketSession] = []
    while not all((await connections(service)).values()):
        assert len(sockets) < 200, await connections(service)
        sockets.append(await stack.enter_async_context(websocket(service.url)))
        await sockets[-1].auth(token(user))
    return sockets


async def ended(processes: list[psutil.Process]) -> None:
    """Wait until none of them is there any more."""

    async def are_gone() -> bool:
        return not any(map(is_alive, processes))

    await eventually(are_gone, within=60)
