"""The table of webhooks, as operators read and change it.

A change is told on a notify channel, so that whoever sends, on whichever node, knows of it at once.
Where it changes what is sent, where to or from where on, the webhook has another revision: what is
noted of an older one is not written any more.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg

from domain.errors import NotFound, TooManyWebhooks
from persistence.database.pool import Connection, Database
from persistence.database.statements import statement
from persistence.webhooks.webhook import SigningSecrets, Webhook, WebhookState

WEBHOOKS_CHANNEL: Final = "kanal_webhooks"
"""The notify channel for webhooks that operators have changed; what it carries is the id of one."""

MAX_WEBHOOKS = 100
"""That there may be."""

_COLUMNS = """
id, revision, url, workspaces, types, description, state, log, position, ahead, secret,
previous_secret, previous_secret_until, created_at, failing_since, attempts, last_status,
last_error, last_attempt_at, next_attempt_at
"""
"""By name, since a later migration may add one while this node goes on."""


def _returning(name: str) -> str:
    return f"{statement(__file__, name)} RETURNING {_COLUMNS}"


_INSERT = _returning("insert_webhook")
_UPDATE = _returning("update_webhook")
_SELECT = f"SELECT {_COLUMNS} FROM webhooks"


class WebhookTable:
    """The webhooks of one database. All of it raises Unavailable."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> list[Webhook]:
        """All of them, the oldest first."""
        async with self._database.acquire() as connection:
            rows = await connection.fetch(f"{_SELECT} ORDER BY created_at, id")
        return [_webhook(row) for row in rows]

    async def get(self, webhook_id: UUID) -> Webhook:
        """Raises NotFound."""
        async with self._database.acquire() as connection:
            return await _read(connection, webhook_id)

    async def add(self, webhook: Webhook) -> Webhook:
        """Store a new one, and answer it as it is stored. Raises TooManyWebhooks."""
        async with self._database.acquire() as connection, connection.transaction():
            # Of two that are added at once the second counts the first.
            await connection.execute("LOCK TABLE webhooks IN SHARE ROW EXCLUSIVE MODE")
            if await connection.fetchval("SELECT count(*) FROM webhooks") >= MAX_WEBHOOKS:
                raise TooManyWebhooks(
                    f"there are {MAX_WEBHOOKS} webhooks, and there may be no more"
                )
            row: Any = await connection.fetchrow(_INSERT, *_wanted(webhook))
            await _tell(connection, webhook.id)
        return _webhook(row)

    async def change(self, webhook_id: UUID, alter: Callable[[Webhook], Webhook]) -> Webhook:
        """Store what `alter` makes of a webhook as it is now, and answer that; what it raises
        leaves all as it is. Raises NotFound."""
        async with self._database.acquire() as connection, connection.transaction():
            known = await _read(connection, webhook_id, lock="FOR UPDATE")
            altered = alter(known)
            revision = known.revision + altered.is_sent_otherwise_than(known)
            row: Any = await connection.fetchrow(
                _UPDATE,
                *_wanted(altered),
                revision,
                altered.failing_since,
                altered.attempts,
                altered.next_attempt_at,
            )
            await _tell(connection, webhook_id)
        return _webhook(row)

    async def remove(self, webhook_id: UUID) -> None:
        """Raises NotFound."""
        async with self._database.acquire() as connection, connection.transaction():
            removed = await connection.fetchval(
                "DELETE FROM webhooks WHERE id = $1 RETURNING id", webhook_id
            )
            if removed is None:
                raise _not_found(webhook_id)
            await _tell(connection, webhook_id)


async def _read(connection: Connection, webhook_id: UUID, *, lock: str = "") -> Webhook:
    row = await connection.fetchrow(f"{_SELECT} WHERE id = $1 {lock}", webhook_id)
    if row is None:
        raise _not_found(webhook_id)
    return _webhook(row)


def _not_found(webhook_id: UUID) -> NotFound:
    return NotFound(f"there is no webhook {webhook_id}")


async def _tell(connection: Connection, webhook_id: UUID) -> None:
    await connection.execute("SELECT pg_notify($1, $2)", WEBHOOKS_CHANNEL, str(webhook_id))


def _wanted(webhook: Webhook) -> Sequence[Any]:
    """The arguments that the two statements begin with."""
    of, kept = webhook, webhook.secrets
    return (
        of.id, of.url, of.workspaces, of.types, of.description, of.state.value, of.log,
        of.position, of.ahead, kept.current, kept.previous, kept.previous_until,
    )  # fmt: skip


def _webhook(row: asyncpg.Record) -> Webhook:
    return Webhook(
        id=UUID(int=row["id"].int),
        revision=row["revision"],
        url=row["url"],
        workspaces=None if row["workspaces"] is None else tuple(row["workspaces"]),
        types=None if row["types"] is None else tuple(row["types"]),
        description=row["description"],
        state=WebhookState(row["state"]),
        log=UUID(int=row["log"].int),
        position=row["position"],
        ahead=tuple(row["ahead"]),
        secrets=SigningSecrets(row["secret"], row["previous_secret"], row["previous_secret_until"]),
        created_at=row["created_at"],
        failing_since=row["failing_since"],
        attempts=row["attempts"],
        last_status=row["last_status"],
        last_error=row["last_error"],
        last_attempt_at=row["last_attempt_at"],
        next_attempt_at=row["next_attempt_at"],
    )
