"""The supervisor: keeps one service at one address, and starts it again as an init system would."""

import re
import signal
import time
from collections.abc import Sequence
from contextlib import ExitStack

import psutil
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from tests.faults.recorder import Recorder
from tests.support.service import RunningService, free_port, running_service

_COMPLAINT = re.compile(r"^\S+ \S+ (?:ERROR|CRITICAL) .*(?:\n(?!\d{4}-).*)*", re.MULTILINE)
"""An error in its output, with the traceback that belongs to it."""

CUT = "aborting a connection"
"""What it says when it cuts a client that reads too slowly."""

REPLACED = " is replaced"
"""What it says when a worker has given way to another."""

LONGEST_START = 60.0
"""Seconds in which it must be up; it may find that its database is away and try again."""


class Supervisor:
    """One service: `start` after `kill` or `stop`, with the same port and the same database."""

    def __init__(
        self,
        database_url: str,
        recorder: Recorder,
        command: Sequence[str] | None,
        address: str = "127.0.0.1",
        **settings: str,
    ) -> None:
        self._recorder = recorder
        self._address = address
        self._command = command
        self._database_url = database_url
        self.settings = settings
        """With which it is started the next time."""
        self.port = free_port()
        self._stack = ExitStack()
        self._service: RunningService | None = None

    @property
    def url(self) -> str:
        return f"http://{self._address}:{self.port}"

    @retry(
        retry=retry_if_exception_type(AssertionError),
        wait=wait_fixed(0.2),
        stop=stop_after_delay(LONGEST_START),
        reraise=True,
    )
    def start(self) -> None:
        """Start it, again and again while it ends by itself. Raises AssertionError."""
        self._service = self._stack.enter_context(
            running_service(
                self._database_url,
                command=self._command,
                host=self._address,
                port=str(self.port),
                **self.settings,
            )
        )

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Let it end in good order."""
        begin = time.monotonic()
        status = self._end(signal.SIGTERM)
        self._recorder.history.stops.append(time.monotonic() - begin)
        if status != 0:
            self._recorder.surprise(f"told to stop, the service ended with status {status}")

    def pause(self) -> None:
        """Let it stand still, with its workers."""
        self._signal_all(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal_all(signal.SIGCONT)

    def replace_workers(self) -> None:
        """Let it replace them, one by one."""
        assert self._service is not None
        self._service.process.send_signal(signal.SIGHUP)

    @property
    def times_replaced(self) -> int:
        """How many workers it has replaced since it was started."""
        assert self._service is not None
        return self._service.output.count(REPLACED)

    def close(self) -> None:
        """Whatever came to pass, it does not go on."""
        if self._service is not None:
            self.stop()

    def _signal_all(self, number: int) -> None:
        assert self._service is not None
        process = psutil.Process(self._service.process.pid)
        for each in (process, *process.children()):
            each.send_signal(number)

    def _end(self, number: int) -> int:
        assert self._service is not None
        status = self._service.stop(number)
        output = self._service.output
        self._recorder.history.cut += output.count(CUT)
        for complaint in _COMPLAINT.findall(output):
            self._recorder.note("service", complaint)
        self._service = None
        self._stack.close()
        return status
