"""The servers that are measured, ours, the peers and the floors: each a process on their core."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks import cores
from benchmarks.protocols import SOCKET_IO, Protocol
from tests.support.postgres import create_database
from tests.support.program import KANAL
from tests.support.service import running_service
from tests.support.tokens import SECRET

PATIENCE = 20.0

NODE = Path(__file__).parent / "peers" / "node" / "server.js"

_NEVER_REACHED = {
    "rate_commands": "100000000/second",
    "rate_auth": "100000000/second",
    "max_connections_per_user": "1000000",
    "max_channels": "10000000",
}
"""One user and one address are all the load of a row."""


@dataclass(frozen=True)
class Server:
    """A process that serves; `database` is that of ours."""

    url: str
    pid: int
    database: str = ""
    protocol: Protocol = SOCKET_IO


@contextmanager
def kanal(
    server_url: str, database: str = "", on: list[int] = cores.SERVER, **settings: str
) -> Iterator[Server]:
    """Kanal `on` some cores, with a new database of a Postgres server where it is given none; its
    limits count, and are never reached, unless the `settings` say otherwise."""
    settings = {**_NEVER_REACHED, **settings}
    database = database or create_database(server_url)
    command = (KANAL, "serve")
    with ExitStack() as stack:
        with cores.pinned(on):
            service = stack.enter_context(running_service(database, command=command, **settings))
        yield Server(service.url, service.process.pid, database)


def node(**environment: str) -> AbstractContextManager[Server]:
    """Socket.IO's own server, on Node."""
    return running("node", str(NODE), NODE_ENV="production", **environment)


def stock_socketio() -> AbstractContextManager[Server]:
    """python-socketio on Sanic."""
    return sanic_app("benchmarks.peers.stock_socketio:app")


def naive(server_url: str) -> AbstractContextManager[Server]:
    """The service that a user would write first, with a new database of a Postgres server."""
    settings = postgres_environment(create_database(server_url))
    return sanic_app("benchmarks.peers.naive:app", **settings)


def bare_create(server_url: str) -> AbstractContextManager[Server]:
    """Sanic, the token check, one insert and an emit, with a new database of a Postgres server."""
    url = create_database(server_url)
    return sanic_app("benchmarks.peers.bare_create:app", DATABASE_URL=url)


def empty_post() -> AbstractContextManager[Server]:
    """Sanic and the token check, and nothing else."""
    return sanic_app("benchmarks.peers.empty_post:app")


def bare_frames() -> AbstractContextManager[Server]:
    """A loop that writes to transports."""
    return running(sys.executable, "-m", "benchmarks.peers.bare_frames")


def sanic_app(target: str, **environment: str) -> AbstractContextManager[Server]:
    """A Sanic application, `module:app`, served as Sanic's own command line does it."""
    options = ("--port", "{port}", "--single-process", "--no-motd", "--no-access-logs")
    return running(sys.executable, "-m", "sanic", target, *options, **environment)


@contextmanager
def running(*command: str, **environment: str) -> Iterator[Server]:
    """Run a command that serves at PORT, `{port}` in its arguments; answers the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile("w+") as log, cores.pinned(cores.SERVER):
        process = subprocess.Popen(
            [part.format(port=port) for part in command],
            env=os.environ | {"JWT_SECRET": SECRET} | environment | {"PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            _wait_until_served(port, process)
        except RuntimeError as error:
            log.seek(0)
            raise RuntimeError(f"{command} {error}: {log.read()}") from None
    try:
        yield Server(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def postgres_environment(url: str) -> dict[str, str]:
    """A database's URL in the settings of eventsourcing's Postgres module."""
    parts = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.lstrip("/"),
        "POSTGRES_HOST": parse_qs(parts.query)["host"][0],
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_PASSWORD": "unused",
    }


def _wait_until_served(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"ended with status {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except ConnectionRefusedError:
            time.sleep(0.05)
    process.kill()
    process.wait()
    raise RuntimeError("does not listen")
