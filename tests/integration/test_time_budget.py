"""Each part of the time budget ends before the one around it, in SQL too."""

from persistence.database import time_budget
from tests.support.node import Node

CALLER = 5.0


async def test_each_wait_ends_before_the_one_around_it(node: Node) -> None:
    async with node.database.acquire() as connection:
        (setting,) = await connection.fetchval(
            "SELECT proconfig FROM pg_proc WHERE proname = 'append_commands'"
        )
    lock_timeout = int(setting.removeprefix("lock_timeout=").removesuffix("ms")) / 1000
    waits = [
        time_budget.HOST_TIMEOUT,
        lock_timeout,
        time_budget.STATEMENT_TIMEOUT,
        time_budget.CHECKOUT_TIMEOUT,
        CALLER,
    ]
    assert waits == sorted(set(waits))
    assert max(time_budget.APPEND_TIMEOUT, time_budget.TURN_TIMEOUT) < CALLER
