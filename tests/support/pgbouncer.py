"""PgBouncer before the tests' Postgres, where it is installed: `apt-get install pgbouncer`."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from persistence.database.embedded import SYSTEM_USER
from tests.support.clients import PATIENCE
from tests.support.postgres import through_port
from tests.support.service import free_port

PROGRAM = shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin")

needs_pgbouncer = pytest.mark.skipif(
    PROGRAM is None, reason="PgBouncer is not installed (apt-get install pgbouncer)"
)


@contextmanager
def pgbouncer(directory: Path, database_url: str, **settings: object) -> Iterator[str]:
    """One with its defaults, but for `settings`; answers the URL of the same database behind it."""
    assert PROGRAM is not None
    port = free_port()
    lines = [
        "[databases]",
        f"* = host={urlsplit(database_url).query.removeprefix('host=')} user=postgres",
        "[pgbouncer]",
        "listen_addr = 127.0.0.1",
        f"listen_port = {port}",
        "unix_socket_dir =",
        "auth_type = any",
        *(f"{name} = {value}" for name, value in settings.items()),
    ]
    directory.mkdir()
    configuration, output = directory / "pgbouncer.ini", directory / "log"
    configuration.write_text("\n".join(lines))
    # Like Postgres it does not run as root, and only the server's user reaches the server.
    user = SYSTEM_USER if os.geteuid() == 0 else None
    with configuration.open() as told, output.open("w") as log:
        process = subprocess.Popen(
            [PROGRAM, "/dev/stdin"],
            stdin=told,
            stdout=log,
            stderr=log,
            user=user,
            group=user,
            extra_groups=[] if user else None,
        )
    try:
        _until_it_listens(process, port, output)
        yield through_port(database_url, port)
    finally:
        process.kill()
        process.wait()


def _until_it_listens(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    raise AssertionError(f"PgBouncer does not listen: {log.read_text()}")
