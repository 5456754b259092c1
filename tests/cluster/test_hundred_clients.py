"""A hundred clients with default options get in through a balancer without affinity, at once."""

import asyncio
import shutil
import time
from contextlib import AsyncExitStack

from tests.support.clients import JS, process_client, py_client
from tests.support.round_robin import RoundRobin
from tests.support.service import running_service
from tests.support.tokens import token

OF_EACH = 50


async def test_none_sees_an_error(database_url: str) -> None:
    node = shutil.which("node")
    assert node is not None
    async with AsyncExitStack() as stack:
        urls = [stack.enter_context(running_service(database_url)).url for _ in range(3)]
        balancer = await stack.enter_async_context(RoundRobin(urls))
        begin = time.monotonic()
        program = (node, "many.js", balancer.url, str(OF_EACH), token())
        javascript = await stack.enter_async_context(process_client(*program, directory=JS))

        async def one() -> None:
            python = await stack.enter_async_context(
                py_client(balancer.url, auth={"token": token()})
            )
            await python.event("auth-success")

        await asyncio.gather(*(one() for _ in range(OF_EACH)))

        def are_in() -> bool:
            successes = [heard for heard in javascript.heard if heard.kind == "auth-success"]
            return len(successes) == OF_EACH

        await javascript.until(are_in, within=60)
        print(f"all were authenticated after {time.monotonic() - begin:.1f} s")
        assert not [heard for heard in javascript.heard if heard.kind == "trouble"]
