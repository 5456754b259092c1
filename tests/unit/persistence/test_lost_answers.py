"""Of what nobody awaits the log says only what somebody has to know."""

import asyncio
import gc
import logging

import asyncpg
import pytest

from persistence.database.lost_answers import pass_over_lost_answers


@pytest.mark.parametrize(
    ("error", "is_logged"),
    [(asyncpg.ConnectionDoesNotExistError("lost"), False), (ValueError("a mistake"), True)],
    ids=["a lost connection", "any other error"],
)
async def test_an_answer_that_nobody_waits_for_is_logged_unless_its_connection_was_lost(
    error: Exception, is_logged: bool, caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.get_running_loop().set_exception_handler(pass_over_lost_answers)
    with caplog.at_level(logging.INFO):
        asyncio.get_running_loop().create_future().set_exception(error)
        gc.collect()
        await asyncio.sleep(0)
    assert bool(caplog.records) is is_logged


async def test_a_task_that_fails_so_is_logged_as_any(caplog: pytest.LogCaptureFixture) -> None:
    async def fail() -> None:
        raise asyncpg.ConnectionDoesNotExistError("lost")

    asyncio.get_running_loop().set_exception_handler(pass_over_lost_answers)
    task = asyncio.create_task(fail())
    await asyncio.wait([task])
    del task
    gc.collect()
    assert "Task exception was never retrieved" in caplog.text
