"""The session: what each connection, pooled or dedicated, is made into before anybody uses it.
Its settings are set and read back, and a server that Kanal cannot work with is refused.

No settings are passed when connecting, because poolers refuse such startup parameters or drop them
in silence.
"""

import os
from typing import Any, Protocol

import asyncpg

from persistence.database.availability import ServerNotReady, UnfitServer
from persistence.database.statements import statement
from persistence.database.system_user import has_no_name, unreadable_certificate

MIN_SERVER_VERSION = 14

ENCODINGS = ("UTF8", "SQL_ASCII")
"""Encodings of a database that can store any text; SQL_ASCII stores the bytes as they are sent."""


class InvalidDatabaseUrl(ValueError):
    """The URL cannot be used. The message names the part that is wrong, and never the whole URL,
    which may hold a password."""

    @classmethod
    def of_a_part(cls) -> "InvalidDatabaseUrl":
        """For an error that may be about any part of the URL, the password included."""
        return cls("a part of it is not of the form it must have")


class Session(asyncpg.Connection):
    """A connection with the process id of its backend."""

    __slots__ = ("process",)

    process: int

    def get_server_pid(self) -> int:
        """The id as notifications have it. That of asyncpg comes from the startup, where a pooler
        sends one that it made up."""
        return self.process


class ConnectionCheck(Protocol):
    """A check that a connection must pass after it is prepared and before it is used."""

    @property
    def is_due(self) -> bool:
        """Whether connections that have passed it must do so again."""
        ...

    async def check(self, connection: asyncpg.Connection) -> None:
        """Raises ServerNotReady, and whatever asyncpg does."""
        ...


async def connect(dsn: str, **options: Any) -> Session:
    """Connect, with options of asyncpg.

    Raises InvalidDatabaseUrl, UnfitServer where a certificate may not be read, and whatever asyncpg
    does.
    """
    try:
        return await asyncpg.connect(dsn, connection_class=Session, **options)
    except asyncpg.ClientConfigurationError as error:
        # The message names the parameter. As the InterfaceError that it is, it would count as away.
        raise InvalidDatabaseUrl(error.args[0]) from None
    except ValueError:
        raise InvalidDatabaseUrl.of_a_part() from None
    except (KeyError, OSError) as error:
        if has_no_name(error):
            raise InvalidDatabaseUrl(
                f"it names no user, and the system has no name for the user {os.getuid()}"
            ) from None
        if isinstance(error, PermissionError) and (unreadable := unreadable_certificate()):
            raise UnfitServer(
                f"certificates for TLS cannot be looked for ({unreadable}): let HOME be a directory"
                " that the user may read, or set sslmode=disable in the URL"
            ) from error
        raise


async def prepare(
    session: Session, *, application_name: str, within: float, is_read_only: bool = False
) -> None:
    """Make a connection ready for use, in `within` seconds. Only where nothing is to be written may
    the server be a standby.

    Raises UnfitServer, ServerNotReady, and whatever asyncpg does.
    """
    version = session.get_server_version().major
    if version < MIN_SERVER_VERSION:
        raise UnfitServer(f"PostgreSQL {MIN_SERVER_VERSION} or newer is needed, this is {version}")
    wanted = {**_SETTINGS, **_KEEPALIVE, "application_name": application_name}
    if version >= 17:
        wanted["transaction_timeout"] = "0"
    row = await session.fetchrow(_PREPARE, [*wanted], [*wanted.values()], _MARK, timeout=within)
    assert row is not None
    session.process, is_standby, encoding, mark, values = row
    if is_standby and not is_read_only:
        raise ServerNotReady("the server is a standby: it cannot be written to")
    if encoding not in ENCODINGS:
        raise UnfitServer(f"its encoding, {encoding}, cannot keep every text: create it with UTF8")
    if mark:
        raise UnfitServer(
            "the pooler in front of it hands on sessions with all that was left in them, locks too:"
            " set its server_reset_query = DISCARD ALL, or use the server's own address"
        )
    for (name, value), held in zip(wanted.items(), values, strict=True):
        if held != value and name not in _KEEPALIVE:
            raise UnfitServer(f"{name} was set to {value!r}, and is {held!r}")


_MARK = "kanal.session"
"""A custom setting. A new session that has it was a session of Kanal before, and was not reset."""

_SETTINGS = {
    _MARK: "in use",
    "synchronous_commit": "on",  # an answer means that the events are on the disk
    "default_transaction_read_only": "off",
    # A batch that has waited for the lock of the head row must see what the one before it wrote.
    "default_transaction_isolation": "read committed",
    # The client has the timeouts.
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "jit": "off",  # compiling would take longer than the statements do
}

_KEEPALIVE = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "8000",
}
"""Seconds, and milliseconds: for a client whose host is gone, its connections and locks do not stay
for the hours that are the default. On a Unix socket they mean nothing, and read as 0."""

_PREPARE = statement(__file__, "prepare_session")
