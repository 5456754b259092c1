"""A peer as a process of its own, on the core that servers have."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import cores

PATIENCE = 20.0


@dataclass(frozen=True)
class Peer:
    """A process that serves."""

    url: str
    pid: int


NODE = Path(__file__).parent / "node" / "server.js"


def sanic_app(target: str, **environment: str) -> AbstractContextManager[Peer]:
    """A Sanic application, `module:app`, served as Sanic's own command line does it."""
    options = ("--port", "{port}", "--single-process", "--no-motd", "--no-access-logs")
    return running(sys.executable, "-m", "sanic", target, *options, **environment)


def node(**environment: str) -> AbstractContextManager[Peer]:
    """Socket.IO's own server, on Node."""
    return running("node", str(NODE), NODE_ENV="production", **environment)


@contextmanager
def running(*command: str, **environment: str) -> Iterator[Peer]:
    """Run a command that serves at PORT, `{port}` in its arguments; answers the process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile("w+") as log, cores.pinned(cores.SERVER):
        process = subprocess.Popen(
            [part.format(port=port) for part in command],
            env=os.environ | environment | {"PORT": str(port)},
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
        yield Peer(f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


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
