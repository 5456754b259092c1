"""A listening socket of the file system (KANAL_HOST=unix:/…), for a proxy on the same machine.

What a process leaves there that was killed is replaced; a socket at which somebody listens is not.
The directory is locked while that is found out, so that of two that start at once one is refused.
Whoever may read the directory can lock it too, so nobody waits long for that.
"""

import errno
import fcntl
import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

BACKLOG = 4096

LOCKED_WITHIN, LOCK_INTERVAL = 2.0, 0.05
"""Seconds in which the directory is to be locked, and between two attempts. Another service that
starts or stops there keeps it for milliseconds."""


@contextmanager
def unix_socket(path: Path, mode: int) -> Iterator[socket.socket]:
    """The socket at the path, listening, for whom the mode lets connect; it is removed at the end,
    unless by then it is another one's. Raises OSError."""
    listener = socket.socket(socket.AF_UNIX)
    try:
        with _locked(path.parent):
            _make_way(path)
            path.unlink(missing_ok=True)
            listener.bind(str(path))
            path.chmod(mode)  # nobody can connect before it listens
            listener.listen(BACKLOG)
            ours = _identity(path)
        listener.setblocking(False)
        try:
            yield listener
        finally:
            _remove(path, ours)
    finally:
        listener.close()


def check_unix_socket(path: Path) -> None:
    """Find out whether a socket can be made there, and change nothing. Raises OSError."""
    with _locked(path.parent):
        _make_way(path)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    deadline = time.monotonic() + LOCKED_WITHIN
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise OSError(error.errno, "another program keeps its directory locked") from None
            time.sleep(LOCK_INTERVAL)
        else:
            return


def _remove(path: Path, ours: tuple[int, int] | None) -> None:
    with ExitStack() as stack:
        with suppress(OSError):  # it is to stop whoever has locked the directory or removed it
            stack.enter_context(_locked(path.parent))
        if _identity(path) == ours:
            path.unlink(missing_ok=True)


def _make_way(path: Path) -> None:
    """Return if there is nothing at the path, or a socket at which nobody listens."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise FileExistsError(errno.EEXIST, "there is something that is no socket")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.setblocking(False)  # one with a full queue would keep us waiting
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            return
        except BlockingIOError:
            pass
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
