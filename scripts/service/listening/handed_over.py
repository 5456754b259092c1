"""Socket activation: the listening socket that systemd has bound and hands over, which it keeps
while the service is away, so that who connects meanwhile waits and is refused by nobody.

The protocol is that of sd_listen_fds(3): LISTEN_PID says for which process it is, LISTEN_FDS how
many there are, from file descriptor 3 on, and LISTEN_FDNAMES what the units call them.
"""

import errno
import logging
import os
import socket
from collections.abc import MutableMapping
from contextlib import suppress

from scripts.service.listening.tcp_socket import leave_unsent_to_us

logger = logging.getLogger(__name__)

FIRST_DESCRIPTOR = 3

_TAKEN = (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX)


class HandedOverError(Exception):
    """What was handed over is nothing to listen on; the message is one line."""


def handed_over(environment: MutableMapping[str, str] = os.environ) -> socket.socket | None:
    """The socket, or None where none is handed over to this process. What says so is taken out of
    the environment, so that no process that we start takes it for its own.

    Raises HandedOverError.
    """
    given = {name: environment.get(f"LISTEN_{name}", "") for name in ("PID", "FDS", "FDNAMES")}
    if given["PID"] != str(os.getpid()):  # it was for a process that has started us
        return None
    for name in given:
        environment.pop(f"LISTEN_{name}", None)
    if given["FDS"] in ("", "0"):
        return None
    if given["FDS"] != "1":
        names = f" ({given['FDNAMES'].replace(':', ', ')})" if given["FDNAMES"] else ""
        raise HandedOverError(f"there are {given['FDS']}{names}, and Kanal listens on one")
    listener = _listener(FIRST_DESCRIPTOR)
    logger.info(
        "listening on the socket %s, handed over by systemd; KANAL_HOST and KANAL_PORT, where set,"
        " are passed over",
        given["FDNAMES"] or "(without a name)",
    )
    return listener


def _listener(descriptor: int) -> socket.socket:
    try:
        listener = socket.socket(fileno=descriptor)
    except OSError as error:
        # Either way it is not the descriptor of a socket, which Python does not say.
        why = "no socket" if error.errno == errno.ENOTSOCK else error.strerror
        raise HandedOverError(f"file descriptor {descriptor}: {why}") from None
    if listener.type != socket.SOCK_STREAM or listener.family not in _TAKEN:
        raise HandedOverError("it must be a stream socket (ListenStream=)")
    if not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        raise HandedOverError("it does not listen: it must be all connections (Accept=no)")
    if isinstance(listener.getsockname(), bytes):
        # What listens in the file system lets in whom its mode does, and is believed for that.
        raise HandedOverError(
            "it is abstract, so anybody on this machine may connect to it: it must be one of the"
            " file system, or a port"
        )
    listener.set_inheritable(False)
    listener.setblocking(False)
    with suppress(OSError):  # one of the file system has no such option
        leave_unsent_to_us(listener)
    return listener
