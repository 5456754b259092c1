"""What the event loop reports of answers of the database that nobody waits for any more.

A statement may be cancelled in the very turn of the loop in which its connection is lost: the loss
is then told to nobody, and the loop would log it as an error with a traceback. That a connection
was lost is known to whoever uses the next one.
"""

import asyncio
import logging
from typing import Any

import asyncpg

logger = logging.getLogger(__name__)


def pass_over_lost_answers(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """An exception handler of the loop (`set_exception_handler`): passes over those, and logs all
    else as the loop does by itself."""
    is_answer = not isinstance(context.get("future"), asyncio.Task)
    if is_answer and isinstance(context.get("exception"), asyncpg.ConnectionDoesNotExistError):
        logger.debug("a connection was lost in the middle of a statement that was cancelled")
    else:
        loop.default_exception_handler(context)
