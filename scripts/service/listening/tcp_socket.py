"""The listening socket at the host and port that the settings name."""

import errno
import socket

KERNEL_UNSENT_BYTES = 65_536
"""Unsent bytes that the kernel takes for one connection (TCP_NOTSENT_LOWAT). It would take
megabytes for a client that does not read; the rest waits in the send buffer, where it is
counted."""


def bind_port(host: str, port: int) -> socket.socket:
    """The listening socket, bound before anything else starts. Raises OSError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except UnicodeError:  # a label of more than 63 characters, two dots in a row
        raise OSError(errno.EINVAL, "it is not the name of a host") from None
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        leave_unsent_to_us(listener)
        listener.bind(address)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


def leave_unsent_to_us(listener: socket.socket) -> None:
    """Have the kernel take no more than KERNEL_UNSENT_BYTES for a connection of the socket."""
    if hasattr(socket, "TCP_NOTSENT_LOWAT"):  # its connections inherit it
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, KERNEL_UNSENT_BYTES)
