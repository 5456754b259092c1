"""An idle WebSocket costs its own state: no task runs for it, however it came to be one."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack

from tests.support.background import eventually
from tests.support.clients import py_client
from tests.support.engine_io import websocket
from tests.support.in_process import service_in_process
from tests.support.tokens import token

SOCKETS = 10


def tasks_of_the_service() -> Counter[str]:
    """What runs, but for what the clients of this process run."""
    running = (task.get_coro().cr_code for task in asyncio.all_tasks())  # type: ignore[union-attr]
    return Counter(
        code.co_qualname
        for code in running
        if "/sanic/" in code.co_filename
        or "/transport/" in code.co_filename
        or code.co_filename.endswith(("engineio/async_socket.py", "engineio/async_server.py"))
    )


async def test_idle_websockets_run_no_tasks(database_url: str) -> None:
    async with (
        service_in_process(database_url) as (_, url),
        AsyncExitStack() as sockets,
    ):
        stays = await sockets.enter_async_context(websocket(url))
        await stays.auth(token("bob", ("demo",)))
        before = tasks_of_the_service()
        for _ in range(SOCKETS):
            session = await sockets.enter_async_context(websocket(url))
            await session.auth(token("bob", ("demo",)))
            upgraded = await sockets.enter_async_context(py_client(url))
            await upgraded.auth(token("bob", ("demo",)))

        async def no_more_than_before() -> bool:  # then, what ends may still have been ending
            return tasks_of_the_service() <= before

        await eventually(no_more_than_before)
