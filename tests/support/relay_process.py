"""`kanal relay` as its own process."""

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.support.outputs import OUTPUTS
from tests.support.program import Program


class RelayProcess:
    """A relay, which may be ended and begun anew."""

    def __init__(
        self,
        database_url: str,
        *arguments: str,
        command: Sequence[str] | None = None,
        **settings: str,
    ) -> None:
        """`settings` are KANAL_* names in lower case without it. A `command` is one that runs
        `kanal` in another way than `tests.support.program`."""
        self._command = command
        self._log: IO[str] | None = None
        self._arguments = ["relay", *arguments]
        environment = {key: value for key, value in os.environ.items() if key[:6] != "KANAL_"}
        environment |= {f"KANAL_{name.upper()}": value for name, value in settings.items()}
        self._environment = environment | {"KANAL_DATABASE_URL": database_url}
        OUTPUTS.must_not_show_settings(self._environment)

    def start(self) -> None:
        self.close()
        self._log = OUTPUTS.open()
        self.process: Program | subprocess.Popen[bytes]
        with Path(os.devnull).open() as nothing:
            files: Any = {"stdin": nothing, "stdout": self._log, "stderr": self._log}
            if self._command is None:
                self.process = Program(self._arguments, self._environment, **files)
            else:
                command = [*self._command, *self._arguments]
                self.process = subprocess.Popen(command, env=self._environment, **files)

    @property
    def output(self) -> str:
        """All that it has written since it was started last."""
        assert self._log is not None
        return Path(self._log.name).read_text()

    def stop(self, number: int = signal.SIGTERM, timeout: float = 30) -> int:
        """Send a signal, wait for the end and answer the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(timeout)

    def kill(self) -> None:
        """End it at once, as a crash does."""
        self.stop(signal.SIGKILL)

    def close(self) -> None:
        """Close its output."""
        if self._log is not None:
            self._log.close()


@contextmanager
def running_relay(
    database_url: str, *arguments: str, command: Sequence[str] | None = None, **settings: str
) -> Iterator[RelayProcess]:
    relay = RelayProcess(database_url, *arguments, command=command, **settings)
    relay.start()
    try:
        yield relay
    except BaseException:
        print(relay.output)
        raise
    finally:
        try:
            relay.stop()
        except subprocess.TimeoutExpired:
            relay.kill()
        relay.close()
