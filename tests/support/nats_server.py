"""Real NATS servers with JetStream, each a process with a directory of its own, alone or in a
cluster."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.outputs import OUTPUTS
from tests.support.service import free_port

SEVERAL = "KANAL_TEST_NATS_SERVERS"
"""Paths of further servers, separated by colons."""

LONGEST_START = 30.0
"""Seconds."""


def programs() -> dict[str, str]:
    """The servers of this machine, by version."""
    paths = [shutil.which("nats-server", path=f"{os.environ['PATH']}:/usr/sbin") or ""]
    paths += os.environ.get(SEVERAL, "").split(":")
    found: dict[str, str] = {}
    for path in filter(None, paths):
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
        found.setdefault(said.stdout.split("v")[-1].strip(), path)
    return found


class NatsServer:
    """A server that may be stopped and started; what it has stored stays."""

    def __init__(self, program: str, directory: Path, *options: str) -> None:
        self.program = program
        self._options = options
        self._directory = directory
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.credentials: str | None = None
        """What tests show it, where it wants to know who they are."""

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        with OUTPUTS.open() as log:
            self._process = subprocess.Popen(
                [
                    *(self.program, "-js", "-sd", str(self._directory)),
                    *("-a", "127.0.0.1", "-p", str(self.port), *self._options),
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + LONGEST_START
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(Path(log.name).read_text())
            time.sleep(0.02)

    def send(self, number: int) -> None:
        """A signal, such as one to stand still."""
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(30)
            self._process = None

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self.stop(signal.SIGKILL)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.settimeout(1)
                return connection.recv(5) == b"INFO "
        except OSError:
            return False


@contextmanager
def running_nats(program: str, directory: Path, *options: str) -> Iterator[NatsServer]:
    server = NatsServer(program, directory, *options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def running_cluster(
    program: str, directory: Path, size: int = 3
) -> Iterator[dict[str, NatsServer]]:
    """Servers of one cluster, by their names. JetStream begins once most of them are there."""
    ports = [free_port() for _ in range(size)]
    routes = ",".join(f"nats://127.0.0.1:{port}" for port in ports)
    servers = {}
    with ExitStack() as stack:
        for number, port in enumerate(ports, 1):
            name = f"nats-{number}"
            servers[name] = stack.enter_context(
                running_nats(
                    program,
                    directory / name,
                    *("--name", name, "--cluster_name", "kanal"),
                    *("--cluster", f"nats://127.0.0.1:{port}", "--routes", routes),
                )
            )
        yield servers
