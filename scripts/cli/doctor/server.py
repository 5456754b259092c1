"""The server of the database: whether it keeps what it has committed, has connections for us, and
says the same time."""

import time

import asyncpg

from persistence.database.session_settings import Session
from scripts.cli.doctor.finding import Finding, fault, ok, warning
from scripts.service.settings import Settings

CLOCK_OFF = 2.0
"""Seconds by which the database's clock may be off. Nothing breaks beyond it; yet one of the two is
wrong, and events are dated, and tokens judged, by ours."""


async def check_server(session: Session, settings: Settings) -> list[Finding]:
    """Raises what asyncpg does."""
    return [
        *await _durability(session),
        await _connections(session, settings),
        await _clock(session),
    ]


async def _durability(session: Session) -> list[Finding]:
    row = await session.fetchrow(
        "SELECT current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages,"
        " current_setting('synchronous_commit') AS commits,"
        " current_setting('synchronous_standby_names') AS standbys,"
        " (SELECT count(*) FROM pg_stat_replication) AS connected"
    )
    assert row is not None
    findings = []
    if row["fsync"] != "on":
        findings.append(
            fault(
                "durability",
                "fsync is off: what was answered is lost when the server's machine dies",
                "fsync = on in its postgresql.conf",
            )
        )
    if row["pages"] != "on":
        findings.append(
            warning(
                "durability",
                "full_page_writes is off: a crash in the middle of a page may leave half of it",
                "full_page_writes = on, unless its file system writes whole pages",
            )
        )
    if row["standbys"] and not row["connected"]:
        findings.append(
            fault(
                "durability",
                "synchronous_standby_names is set, and no standby is connected: each commit waits",
                "start the standby, or empty synchronous_standby_names",
            )
        )
    if findings:
        return findings
    kept = "on it and a synchronous standby" if row["standbys"] else "on it"
    return [
        ok(
            "durability",
            f"fsync is on, synchronous_commit {row['commits']} for our sessions: what is answered"
            f" is kept {kept}",
        )
    ]


async def _connections(session: Session, settings: Settings) -> Finding:
    row = await session.fetchrow(
        "SELECT current_setting('max_connections')::int"
        " - current_setting('superuser_reserved_connections')::int AS most,"
        " (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS of_role,"
        " (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS of_database"
    )
    assert row is not None
    limits = {
        "max_connections, less what is reserved,": row["most"],
        "the limit of the role": row["of_role"],
        "the limit of the database": row["of_database"],
    }
    name, most = min(
        ((name, limit) for name, limit in limits.items() if limit >= 0), key=lambda each: each[1]
    )
    needed = settings.database_connections * settings.workers
    found = f"{name} is {most}, and {needed} are for this service"
    if most < needed:
        return warning("connections", found, "raise it, or lower KANAL_DATABASE_CONNECTIONS")
    return ok("connections", found)


async def _clock(session: asyncpg.Connection) -> Finding:
    began = time.time()
    says = await session.fetchval("SELECT extract(epoch FROM clock_timestamp())::float8")
    off = says - (began + time.time()) / 2
    found = f"the database's is {abs(off):.1f} s {'ahead of' if off > 0 else 'behind'} ours"
    if abs(off) > CLOCK_OFF:
        return warning("clock", found, "let NTP set both clocks")
    return ok("clock", found)
