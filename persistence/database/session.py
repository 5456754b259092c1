"""The session: what each connection, pooled or dedicated, is made into before anybody uses it.
Its settings are set and read back, and a server that Kanal cannot work with is refused.

Settings are not asked for when connecting: a pooler refuses such parameters, or drops them in
silence.
"""

from typing import Any, Protocol

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from persistence.database.availability import ServerNotReady, UnfitServer

MIN_SERVER_VERSION = 14

ENCODINGS = ("UTF8", "SQL_ASCII")
"""Of a database, that can keep any text; the second keeps what it is sent."""


class InvalidDatabaseUrl(ValueError):
    """The URL asks for what no connection can be; the message names the part, not the whole."""

    @classmethod
    def of_a_part(cls) -> "InvalidDatabaseUrl":
        """What could not be read may be any part of the URL, the password included."""
        return cls("a part of it is not of the form it must have")


class Session(asyncpg.Connection):
    """A connection that knows which process of the server is at its other end."""

    __slots__ = ("process",)

    process: int

    def get_server_pid(self) -> int:
        """As the server's notifications name it; what asyncpg is told, a pooler makes up."""
        return self.process


class ConnectionCheck(Protocol):
    """What a connection must pass, once it is prepared, before it is used."""

    @property
    def is_due(self) -> bool:
        """Whether one that has passed must do so again."""
        ...

    async def check(self, connection: asyncpg.Connection | PoolConnectionProxy) -> None:
        """Raises ServerNotReady, and whatever asyncpg does."""
        ...


async def connect(dsn: str, **options: Any) -> Session:
    """With asyncpg's options. Raises InvalidDatabaseUrl, and whatever asyncpg does."""
    try:
        return await asyncpg.connect(dsn, connection_class=Session, **options)
    except asyncpg.ClientConfigurationError as error:
        # Its words name the parameter; it would otherwise count as an InterfaceError.
        raise InvalidDatabaseUrl(error.args[0]) from None
    except ValueError:
        raise InvalidDatabaseUrl.of_a_part() from None


async def prepare(session: Session, *, application_name: str, within: float) -> None:
    """Make it ready for use, in `within` seconds.

    Raises UnfitServer, ServerNotReady, and whatever asyncpg does.
    """
    version = session.get_server_version().major
    if version < MIN_SERVER_VERSION:
        raise UnfitServer(f"PostgreSQL {MIN_SERVER_VERSION} or newer is needed, this is {version}")
    wanted = {**_SETTINGS, "application_name": application_name}
    if version >= 17:
        wanted["transaction_timeout"] = "0"
    row = await session.fetchrow(_PREPARE, [*wanted], [*wanted.values()], timeout=within)
    assert row is not None
    session.process, is_standby, encoding, mark, values = row
    if is_standby:
        raise ServerNotReady("the server is a standby: it cannot be written to")
    if encoding not in ENCODINGS:
        raise UnfitServer(f"its encoding, {encoding}, cannot keep every text: create it with UTF8")
    if mark:
        raise UnfitServer(
            "the pooler in front of it hands on sessions with all that was left in them, locks too:"
            " set its server_reset_query = DISCARD ALL, or use the server's own address"
        )
    for (name, value), held in zip(wanted.items(), values, strict=True):
        if held != value:
            raise UnfitServer(f"{name} was set to {value!r}, and is {held!r}")


_MARK = "kanal.session"
"""A setting of our own, which a new session can only have if it was ours before."""

_SETTINGS = {
    _MARK: "in use",
    "synchronous_commit": "on",  # who is answered may rely on it
    "default_transaction_read_only": "off",
    # A batch of appends waits for the one before it, and then sees what that one did.
    "default_transaction_isolation": "read committed",
    # Who asks for something knows how long it may take.
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "jit": "off",  # it would take longer than the statements do
}

_PREPARE = f"""
WITH before AS MATERIALIZED (
    SELECT current_setting('{_MARK}', true) AS mark
), setting AS MATERIALIZED (
    SELECT mark, name, place, set_config(name, value, false)
    FROM before, unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (name, value, place)
)
SELECT pg_backend_pid(), pg_is_in_recovery(), current_setting('server_encoding'),
    max(mark), array_agg(current_setting(name) ORDER BY place)
FROM setting
"""
