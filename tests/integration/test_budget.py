"""Each part of the time budget ends before the one around it, in SQL too."""

from persistence.database import budget
from tests.support.node import Node

CALLER = 5.0


async def test_each_wait_ends_before_the_one_around_it(node: Node) -> None:
    async with node.database.acquire() as connection:
        (setting,) = await connection.fetchval(
            "SELECT proconfig FROM pg_proc WHERE proname = 'append_commands'"
        )
    lock_timeout = int(setting.removeprefix("lock_timeout=").removesuffix("ms")) / 1000
    waits = [
        budget.HOST_TIMEOUT,
        lock_timeout,
        budget.STATEMENT_TIMEOUT,
        budget.CHECKOUT_TIMEOUT,
        CALLER,
    ]
    assert waits == sorted(set(waits))
    assert max(budget.APPEND_TIMEOUT, budget.TURN_TIMEOUT) < CALLER
