"""The listening socket, from wherever it comes, and the settings with the address that it has."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from scripts.service.host_setting import UNIX, socket_path
from scripts.service.listening.handed_over import HandedOverError, handed_over
from scripts.service.listening.tcp_socket import bind_port
from scripts.service.listening.unix_socket import unix_socket
from scripts.service.settings import Settings, SettingsError


@contextmanager
def listening(settings: Settings) -> Iterator[tuple[socket.socket, Settings]]:
    """The socket, bound before anything else starts, and the settings as `at_its_address` has them
    where it is handed over. Raises SettingsError, whose one line says where it cannot listen."""
    with ExitStack() as stack:
        try:
            given = handed_over()
        except HandedOverError as error:
            raise SettingsError(f"the socket of systemd cannot be used: {error}") from None
        if given is not None:
            yield stack.enter_context(given), at_its_address(settings, given)
            return
        path = socket_path(settings.host)
        try:
            listener = stack.enter_context(
                unix_socket(path, settings.socket_mode)
                if path
                else bind_port(settings.host, settings.port)
            )
        except OSError as error:
            place = settings.host if path else f"{settings.host}:{settings.port}"
            raise SettingsError(f"cannot listen on {place}: {error.strerror or error}") from None
        yield listener, settings


def at_its_address(settings: Settings, listener: socket.socket) -> Settings:
    """The settings with the host and port of a socket that others have bound: whether that is
    loopback is not to be asked of settings which it does not follow."""
    address = listener.getsockname()
    if isinstance(address, tuple):
        return settings.model_copy(update={"host": address[0], "port": address[1]})
    return settings.model_copy(update={"host": UNIX + address, "port": 0})


def port_of(listener: socket.socket) -> int:
    """The port at which it listens; 0 for a socket of the file system."""
    address = listener.getsockname()
    return int(address[1]) if isinstance(address, tuple) else 0
