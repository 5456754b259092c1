"""The service as its own process: `kanal serve`."""

import itertools
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import IO, TypeAlias

from tests.support.outputs import OUTPUTS
from tests.support.program import Program
from tests.support.tokens import SECRET

Process: TypeAlias = "subprocess.Popen[bytes] | Program"

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 10

PORTS = range(20_000 + 1_000 * _WORKER, 21_000 + 1_000 * _WORKER)
"""Below those that the system hands out, and apart from those of tests beside: while the service is
away nobody else gets its own, and no client that tries to reach it there connects to itself."""

_in_turn = itertools.cycle(Random().sample(PORTS, len(PORTS)))
"""All of them, so that one is given to two only when all others were given meanwhile."""

LONGEST_START = 60.0
"""Seconds until a service that has not said where it listens counts as failed."""


@dataclass(frozen=True)
class Handing:
    """A command whose process inherits these file descriptors."""

    command: Sequence[str]
    descriptors: Sequence[int] = ()


class RunningService:
    """A `kanal serve` process that answers requests."""

    def __init__(self, process: Process, log: IO[str], url: str) -> None:
        self.process = process
        self.url = url
        self._log = log

    @property
    def output(self) -> str:
        """All that it has printed and logged so far."""
        return Path(self._log.name).read_text()

    @property
    def troubles(self) -> str:
        """Its output from the first error or traceback on; empty where all is well."""
        output = self.output
        first = re.search(r"^.*(ERROR|CRITICAL|Traceback)", output, re.MULTILINE)
        return output[first.start() :] if first else ""

    def stop(self, number: int = signal.SIGTERM, timeout: float = 60) -> int:
        """Send a signal, wait for the end and answer the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout)


@contextmanager
def running_service(
    database_url: str | None,
    *,
    command: Sequence[str] | Handing | None = None,
    **settings: str,
) -> Iterator[RunningService]:
    """Start a service on a free port; `settings` are KANAL_* names in lower case without it. A
    `command` is one that runs it in another way than `tests.support.program`."""
    environment = {key: value for key, value in os.environ.items() if key[:6] != "KANAL_"}
    environment |= {"KANAL_PORT": "0", **token_settings(), **limit_settings()}
    if database_url is not None:
        environment["KANAL_DATABASE_URL"] = database_url
    environment |= {f"KANAL_{name.upper()}": value for name, value in settings.items()}
    environment = {key: value for key, value in environment.items() if value != ""}
    OUTPUTS.must_not_show_settings(environment)
    with OUTPUTS.open() as log:
        process: Process
        if command is None:
            with Path(os.devnull).open() as nothing:
                process = Program(["serve"], environment, stdin=nothing, stdout=log, stderr=log)
        else:
            handing = command if isinstance(command, Handing) else Handing(command)
            process = subprocess.Popen(
                handing.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=environment,
                pass_fds=handing.descriptors,
                start_new_session=True,  # a group of its own, as a terminal gives a command
            )
        url = _url(process, Path(log.name), time.monotonic() + LONGEST_START)
        service = RunningService(process, log, url)
        try:
            yield service
        except BaseException:
            print(service.output)  # what a test that failed over it is to show
            raise
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def token_settings() -> dict[str, str]:
    """With no leeway, so that a test's token ends when it says."""
    return {"KANAL_JWT_SECRET": SECRET, "KANAL_JWT_LEEWAY": "0"}


def limit_settings() -> dict[str, str]:
    """A test's user does in a second what others do in an hour; tests of limits set their own."""
    return {"KANAL_RATE_COMMANDS": "off", "KANAL_MAX_CONNECTIONS_PER_USER": "100000"}


def _url(process: Process, log: Path, deadline: float) -> str:
    """Where the service says that it listens, once it does."""
    while not (match := re.search(r'listens on ((?:http|unix:)[^\s"]+)["\n]', log.read_text())):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise AssertionError(f"exit status {process.wait()}: {log.read_text()}")
        time.sleep(0.02)
    return match[1]


def free_port() -> int:
    """A port for a service that is to be found there again, once it is restarted."""
    for port in itertools.islice(_in_turn, len(PORTS)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"no free port in {PORTS}")
