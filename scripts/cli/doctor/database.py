"""The database: whether it is there, is one that Kanal can work with, and lets this role do what is
needed. What the server is set to is the next file's."""

import asyncpg

from persistence.database.availability import AWAY, UnfitServer, words
from persistence.database.connector import Connector
from persistence.database.schema import check_rights
from persistence.database.session_settings import InvalidDatabaseUrl, Session
from scripts.cli.doctor.finding import Finding, fault, ok, warning
from scripts.cli.doctor.server import check_server
from scripts.service.settings import Settings

APPLICATION_NAME = "kanal doctor"

_REFUSALS = (*AWAY, asyncpg.PostgresError, UnfitServer, InvalidDatabaseUrl)


async def check_database(url: str, settings: Settings) -> list[Finding]:
    """Where it cannot be used, that is all there is to say of it."""
    try:
        session = await _connect(url)
    except _REFUSALS as error:
        return [fault("database", f"it cannot be used: {words(error)}", _what_to_do(error))]
    try:
        return [
            ok("database", await _who_and_where(session)),
            ok("pooler", "none that matters: each connection has a session of its own"),
            await _rights(session),
            *await check_server(session, settings),
        ]
    except (*AWAY, asyncpg.PostgresError) as error:
        return [fault("database", f"it went away: {words(error)}", "see its log")]
    finally:
        session.terminate()


async def check_replica(url: str) -> Finding:
    """The service goes on without it, so nothing here is a fault."""
    without = "until then the primary is read in its place"
    try:
        session = await _connect(url, is_read_only=True)
    except _REFUSALS as error:
        return warning("replica", f"it cannot be used: {words(error)}", f"mend it; {without}")
    try:
        if not await session.fetchval("SELECT pg_is_in_recovery()"):
            found = "it is no standby: it was promoted, or is the primary"
            return warning("replica", found, f"correct KANAL_DATABASE_REPLICA_URL; {without}")
        return ok("replica", await _who_and_where(session))
    except (*AWAY, asyncpg.PostgresError) as error:
        return warning("replica", f"it went away: {words(error)}", f"see its log; {without}")
    finally:
        session.terminate()


async def _connect(url: str, *, is_read_only: bool = False) -> Session:
    async def check(_: Session) -> None:
        """It is asked of the connections that come after the first."""

    connector = Connector(
        url, application_name=APPLICATION_NAME, check=check, is_read_only=is_read_only
    )
    return await connector.first()


async def _who_and_where(session: Session) -> str:
    row = await session.fetchrow(
        "SELECT current_setting('server_version') AS version, current_database() AS name,"
        " current_user AS role"
    )
    assert row is not None
    return f"PostgreSQL {row['version']}, the database {row['name']!r} as {row['role']!r}"


async def _rights(session: Session) -> Finding:
    try:
        await check_rights(session)
    except UnfitServer as error:
        _, _, grants = str(error).partition(": ")
        return fault("rights", "the role may not create what Kanal needs", grants)
    return ok("rights", "the role may create tables, and schemas for the read models")


def _what_to_do(error: Exception) -> str:
    if isinstance(error, UnfitServer | InvalidDatabaseUrl):
        return "as it says, in KANAL_DATABASE_URL or at the server"
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError):
        return "correct the user and the password in KANAL_DATABASE_URL, or pg_hba.conf"
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        return "CREATE DATABASE, or correct the name in KANAL_DATABASE_URL"
    return "see that it runs and can be reached from here, and that KANAL_DATABASE_URL says where"
