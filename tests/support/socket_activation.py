"""Socket activation as systemd does it: it binds, keeps the socket, and hands it to each process
that it starts, from file descriptor 3 on; and what a process tells systemd."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.program import KANAL
from tests.support.service import Handing


def handing_over(*sockets: socket.socket, names: str = "kanal") -> Handing:
    """Runs `kanal serve` with the sockets."""
    descriptors = [each.fileno() for each in sockets]
    # By way of numbers that are nobody's, since one socket may have the number of another's place.
    moves = [f"{100 + place}<&{number}" for place, number in enumerate(descriptors)]
    moves += [f"{3 + place}<&{100 + place}" for place in range(len(sockets))]
    said = f"LISTEN_PID=$$ LISTEN_FDS={len(sockets)} LISTEN_FDNAMES={names}"
    command = ["bash", "-c", f"exec {' '.join(moves)}; {said} exec {KANAL} serve"]
    return Handing(command, descriptors)


class Told:
    """What systemd is told by a process that is given its NOTIFY_SOCKET."""

    def __init__(self, receiving: socket.socket) -> None:
        self._receiving = receiving

    def so_far(self) -> list[str]:
        """What came since this was asked last."""
        said = []
        while True:
            try:
                said.append(self._receiving.recv(4_096).decode())
            except BlockingIOError:
                return said


@contextmanager
def notify_socket(path: Path) -> Iterator[Told]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiving:
        receiving.bind(str(path))
        receiving.setblocking(False)
        yield Told(receiving)
