"""The node socket: a socket of the file system at which a node listens beside its port, so that
other processes of this machine reach it, and not another one with which it shares the port.

It is in a directory that only this user may enter. What a process leaves there that was killed is
removed by the next one.
"""

import logging
import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)


def socket_directory() -> Path:
    """A directory of this user alone, made where it is missing. Raises OSError."""
    root = os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()
    directory = Path(root) / f"kanal-nodes-{os.geteuid()}"
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise PermissionError(f"{directory} must be a directory of this user alone (mode 0700)")
    return directory


@contextmanager
def node_socket(node_id: str) -> Iterator[tuple[socket.socket, str] | None]:
    """The socket of a node, listening, and its path, which is removed at the end; None where there
    can be none, which is logged: the node is then reached over the network alone."""
    with socket.socket(socket.AF_UNIX) as listener, ExitStack() as stack:
        found = None
        try:
            path = socket_directory() / f"{node_id}.sock"
            _remove_left(path.parent)
            # It gets its name when it listens: the next process removes one at which nobody does.
            unnamed = path.with_suffix("")
            listener.bind(str(unnamed))
            listener.listen()
            unnamed.rename(path)
            listener.setblocking(False)
            stack.callback(path.unlink, missing_ok=True)
            found = listener, str(path)
        except OSError as error:
            logger.warning("this process has no socket for the others beside its port: %s", error)
        yield found


def _remove_left(directory: Path) -> None:
    """Remove the sockets at which nobody listens."""
    for path in directory.glob("*.sock"):
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(path))
            except ConnectionRefusedError:
                path.unlink(missing_ok=True)
            except OSError:
                continue
