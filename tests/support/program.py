"""The program `kanal` in a process of its own, forked from one that has imported all of it.

To import it takes most of a second of a core, and the tests start it hundreds of times. Whatever
comes after that is as in the program itself; tests whose subject is its start run KANAL.
"""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import IO, Any

from tests.support.outputs import OUTPUTS

KANAL = str(Path(sys.executable).with_name("kanal"))
"""The program as it is installed."""

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(
    [
        __name__,
        "scripts.kanal",
        "scripts.service.serve",
        "scripts.cli.channels",
        "scripts.cli.check",
        "scripts.cli.doctor.examine",
        "scripts.cli.explain_token",
        "scripts.cli.export",
        "scripts.cli.import_log",
        "scripts.cli.nodes",
        "scripts.cli.relay",
        "scripts.cli.replay",
        "scripts.cli.revoke",
        "scripts.cli.tail",
        "scripts.cli.webhooks",
    ]
)


class _Passed:
    """A file descriptor on its way to the process."""

    def __init__(self, file: IO[Any]) -> None:
        self._file = file

    def __reduce__(self) -> Any:
        return _received, (DupFd(self._file.fileno()),)


def _received(passed: Any) -> int:
    return int(passed.detach())


class Program:
    """A process that runs `kanal`, with what tests use of a `subprocess.Popen`."""

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        stdin: IO[Any],
        stdout: IO[Any],
        stderr: IO[Any],
        user: int | None = None,
    ) -> None:
        """With a `user`, it becomes one of that id, for which the system need not have a name."""
        files = [_Passed(file) for file in (stdin, stdout, stderr)]
        self._process = _forks.Process(
            target=_run, args=(list(arguments), dict(environment), files, user)
        )
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and answer its exit status. Raises subprocess.TimeoutExpired."""
        self._process.join(timeout)
        status = self._process.exitcode
        if status is None:
            raise subprocess.TimeoutExpired("kanal", timeout or 0)
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def run_kanal(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    stdin: bytes = b"",
    stderr: IO[Any] | None = None,
    user: int | None = None,
    within: float = 60,
) -> "subprocess.CompletedProcess[bytes]":
    """Run it to its end. Raises subprocess.TimeoutExpired."""
    OUTPUTS.must_not_show_settings(environment)
    with (
        tempfile.TemporaryFile() as given,
        tempfile.TemporaryFile() as output,
        tempfile.TemporaryFile() as errors,
    ):
        given.write(stdin)
        given.flush()
        os.lseek(given.fileno(), 0, os.SEEK_SET)
        program = Program(
            arguments,
            environment,
            stdin=given,
            stdout=output,
            stderr=stderr or errors,
            user=user,
        )
        try:
            status = program.wait(within)
        finally:
            program.kill()
        said = []
        for file in (output, errors):
            file.seek(0)
            said.append(file.read())
        # Not the standard output, where `kanal token` prints one, and which is nobody's log.
        OUTPUTS.keep(said[1])
        return subprocess.CompletedProcess(["kanal", *arguments], status, *said)


def _run(
    arguments: list[str], environment: dict[str, str], files: list[int], user: int | None
) -> None:
    """What the forked process does."""
    from scripts.kanal import main  # noqa: PLC0415  the tests themselves need not import it

    os.setsid()  # a group of its own, as a terminal gives a command
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin = os.fdopen(0, closefd=False)  # which multiprocessing has closed
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["kanal", *arguments]
    if user is not None:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
    main()
