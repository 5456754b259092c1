"""The embedded Postgres as other processes use it: what they run, and how a test starts them.

`python -m` this, with a data directory and the user to be where it is not the one who starts it,
prints the server's URL and leaves when its standard input ends.
"""

import os
import pwd
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

import psutil

from persistence.database.embedded import EmbeddedPostgres
from tests.support.clients import PATIENCE

T = TypeVar("T")


class EmbeddedProcess:
    """A process that uses the server of a directory, or is about to."""

    def __init__(self, directory: Path, *user: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(directory), *user],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def url(self) -> str:
        """Wait until it is attached."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def leave(self) -> int:
        """End it in good order; answer its exit status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(PATIENCE)


@contextmanager
def embedded_process(directory: Path, *user: str) -> Iterator[EmbeddedProcess]:
    process = EmbeddedProcess(directory, *user)
    try:
        yield process
    finally:
        process.leave()


def postmaster(directory: Path) -> psutil.Process:
    """The server's own process."""
    return psutil.Process(int((directory / "postgres" / "postmaster.pid").read_text().split()[0]))


def family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]


def of_each(processes: list[psutil.Process], ask: Callable[[psutil.Process], T]) -> list[T]:
    """What each tells, but for those that have ended meanwhile: a server's workers come and go."""
    told = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            told.append(ask(process))
    return told


def assert_gone(processes: list[psutil.Process]) -> None:
    """None of them runs any more, very soon."""
    deadline = time.monotonic() + PATIENCE
    while left := [process for process in processes if is_alive(process)]:
        assert time.monotonic() < deadline, left
        time.sleep(0.01)


def is_alive(process: psutil.Process) -> bool:
    """One that has ended and only waits for its parent to look is not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def main(directory: str, user: str | None = None) -> None:
    # Root has read its own Python before it becomes somebody who may not.
    if user is not None:
        account = pwd.getpwnam(user)
        os.setgroups([])
        os.setgid(account.pw_gid)
        os.setuid(account.pw_uid)
    with EmbeddedPostgres(Path(directory)) as url:
        print(url, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
