"""What the sender of webhooks notes: how far each has come. It is written with the connection that
holds the sender's lease, so nobody else has sent anything meanwhile, and names the revision of the
webhook: where an operator has changed since what is sent, nothing is written."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from persistence.database.statements import statement

SENDING: Final = "the sending of webhooks"
"""The name of the sender's lease."""

MAX_ERROR_LENGTH = 200
"""Characters of why an attempt has failed."""

_NOTE = statement(__file__, "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """How far a webhook has come. What is not said here, `Webhook` says of the same fields."""

    id: UUID
    revision: int
    log: UUID
    position: int
    ahead: Sequence[int]
    failing_since: datetime | None
    attempts: int
    last_status: int | None
    last_error: str | None
    last_attempt_at: datetime | None
    next_attempt_in: float | None
    """Seconds; None where no attempt has failed."""
    gives_up: bool
    """Whether it is paused: there is no attempt before an operator resumes it."""


async def begin(connection: asyncpg.Connection) -> None:
    """Prepare a connection for `note`. What a crash of Postgres takes away is sent once more."""
    await connection.execute("SET synchronous_commit = off")


async def note(connection: asyncpg.Connection, noted: Sequence[Noted]) -> AbstractSet[UUID]:
    """Write them; answers whose was written."""
    storable = [replace(each, last_error=_storable(each.last_error)) for each in noted]
    rows = await connection.fetch(_NOTE, msgspec.json.encode(storable).decode())
    return {UUID(int=row["id"].int) for row in rows}


def _storable(text: str | None) -> str | None:
    """Words as Postgres takes them, whoever they are from."""
    if text is None:
        return None
    return text[:MAX_ERROR_LENGTH].replace("\0", "").encode("utf-8", "replace").decode()
