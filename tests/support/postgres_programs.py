"""Postgres' own programs on the tests' servers: base backups, recovery to a point, dumps."""

import os
import shutil
import subprocess
from pathlib import Path

from persistence.database.embedded import SYSTEM_USER
from persistence.database.embedded_programs import binaries
from tests.support.postgres import StoppableServer

SERVERS_USER = SYSTEM_USER if os.geteuid() == 0 else None
"""Whose the servers and their data are; None: they are ours."""


def base_backup(url: str, data: Path, *options: str) -> None:
    """Copy a running server's data; with the option `-R` it will start as a replica of it."""
    data.mkdir(mode=0o700, parents=True)
    if SERVERS_USER is not None:
        shutil.chown(data, SERVERS_USER, SERVERS_USER)
    copy = ("-d", url, "-D", data, "-c", "fast", "--no-sync")
    _run("pg_basebackup", *copy, *options, user=SERVERS_USER)
    # The server's socket is among its data, and the lock of a socket is copied with the rest.
    (data / ".s.PGSQL.5432.lock").unlink(missing_ok=True)


def restore(server: StoppableServer, backup: Path) -> Path:
    """Put a base backup in the place of a stopped server's data; answers where those are now."""
    aside = backup.with_name(f"{backup.name}-replaced")
    server.data.rename(aside)
    backup.rename(server.data)
    return aside


def recover_to(server: StoppableServer, backup: Path, restore_point: str) -> None:
    """Start a stopped server with a base backup, and its own WAL up to a named restore point."""
    wal = restore(server, backup) / "pg_wal"
    configuration = server.data / "postgresql.auto.conf"
    text = configuration.read_text()
    for_this_start = (
        f'restore_command = \'cp "{wal}/%f" "%p"\'\n'
        f"recovery_target_name = '{restore_point}'\n"
        "recovery_target_action = 'promote'\n"
        "hot_standby = off\n"  # the start then waits for the end of the recovery
    )
    configuration.write_text(text + for_this_start)
    (server.data / "recovery.signal").touch()
    server.start()
    configuration.write_text(text)


def promote(server: StoppableServer) -> None:
    """Make a replica a primary. Returns once it is."""
    _run("pg_ctl", "promote", "-w", "-D", server.data, user=SERVERS_USER)


def dump(url: str, file: Path) -> None:
    _run("pg_dump", "-d", url, "-Fc", "-f", file)


def take_in(file: Path, url: str, *options: str) -> None:
    """Restore a dump into a database, in one transaction."""
    _run("pg_restore", "-d", url, "-1", *options, file)


def _run(program: str, *arguments: str | Path, user: str | None = None) -> None:
    """Raises AssertionError with what it said."""
    result = subprocess.run(
        [binaries() / program, *arguments],
        check=False,
        user=user,
        group=user,
        extra_groups=[] if user else None,
        cwd="/",
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, f"{program}: {result.stderr}"
