"""A peer as a process of its own, started by Sanic's own command line."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import cores

PATIENCE = 20.0


@contextmanager
def running(target: str, **environment: str) -> Iterator[str]:
    """Serve a Sanic application, `module:app`, from one process; answers its URL."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryFile("w+") as log, cores.pinned(cores.SERVER):
        process = subprocess.Popen(
            [
                sys.executable, "-m", "sanic", target, "--port", str(port),
                "--single-process", "--no-motd", "--no-access-logs",
            ],
            env=os.environ | environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )  # fmt: skip
        try:
            _wait_until_served(port, process)
        except RuntimeError as error:
            log.seek(0)
            raise RuntimeError(f"{target} {error}: {log.read()}") from None
    try:
        yield f"http://127.0.0.1:{port}"
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
