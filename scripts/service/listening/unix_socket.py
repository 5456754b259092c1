"""A listening socket of the file system (KANAL_HOST=unix:/…), for a proxy on the same machine.

What a process leaves there that was killed is replaced; a socket at which somebody listens is not.
The directory is locked while that is found out, so that of two that start at once one is refused.
"""

import errno
import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BACKLOG = 4096


@contextmanager
def unix_socket(path: Path, mode: int) -> Iterator[socket.socket]:
    """The socket at the path, listening, for whom the mode lets connect; it is removed at the end,
    unless by then it is another one's. Raises OSError."""
    listener = socket.socket(socket.AF_UNIX)
    try:
        with _locked(path.parent):
            _make_way(path)
            # It gets its name when it listens and has its mode: nobody finds it before that.
            unnamed = path.with_name(f".{path.name}")
            unnamed.unlink(missing_ok=True)
            listener.bind(str(unnamed))
            unnamed.chmod(mode)
            listener.listen(BACKLOG)
            unnamed.rename(path)
            ours = _identity(path)
        listener.setblocking(False)
        try:
            yield listener
        finally:
            with _locked(path.parent):
                if _identity(path) == ours:
                    path.unlink(missing_ok=True)
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
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


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
