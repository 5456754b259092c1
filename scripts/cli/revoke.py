"""`kanal revoke`: an operator at the command line takes back a user's access, as an event of the
log."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from domain.access import AccessCommands
from domain.actor import OPERATE, Actor, Cause
from persistence.database.pool import Database
from persistence.log.append_queue import AppendQueue
from persistence.log.epoch_check import EpochCheck
from persistence.log.mapper import create_mapper
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stored_events import StoredEvents
from transport.correlation import correlation_id

COMMAND_LINE = Actor("kanal revoke", {}, frozenset({OPERATE}))
"""Whom the event names: whoever can write to the database needs no token."""


async def revoke_access(
    database_url: str, user_ids: Sequence[str], workspace_ids: Sequence[str]
) -> None:
    """Record it for each of the users, in each of the workspaces or in all of them, and print
    where. Raises Invalid, Unavailable."""
    epochs = EpochCheck()
    database = Database(database_url, check=epochs)
    await database.open()
    queue = AppendQueue(database, epochs=epochs)
    appending = asyncio.create_task(queue.run())
    try:
        log = PostgresEventLog(queue, StoredEvents(database), create_mapper(), epochs)
        cause = Cause(COMMAND_LINE, correlation_id(None))
        for user_id in dict.fromkeys(user_ids):
            for workspace_id in dict.fromkeys(workspace_ids) or (None,):
                at = await AccessCommands(log).revoke_access(cause, user_id, workspace_id)
                where = f"the workspace {workspace_id!r}" if workspace_id else "all workspaces"
                print(f"position {at.position}: access of {user_id!r} to {where} was taken back")
    finally:
        appending.cancel()
        with suppress(asyncio.CancelledError):
            await appending
        await database.close()
