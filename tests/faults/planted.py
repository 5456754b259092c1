"""The service with a fault planted in it, for the checker to find: `python -m` this, FAULT.

Each breaks one promise now and then, in the one place that keeps it.
"""

import itertools
import sys
from collections.abc import Callable

from persistence.database import session_settings
from persistence.database.pool import Connection
from persistence.log.epoch_check import EpochCheck
from scripts import kanal
from transport.socketio.packets import Burst, Message
from transport.socketio.server import SocketServer

EVERY = 50
"""One in so many events to a socket goes wrong."""


def skip() -> None:
    """An event is not sent to a socket that should hear of it."""
    _send_events(0)


def repeat() -> None:
    """An event is sent to a socket twice."""
    _send_events(2)


def early() -> None:
    """A command is answered before its events are on disk; a crash of Postgres takes them."""
    session_settings._SETTINGS["synchronous_commit"] = "off"


def rewound() -> None:
    """Nobody looks whether a connection leads to the log that was followed before."""
    check = EpochCheck.check

    async def check_once(epochs: EpochCheck, connection: Connection) -> None:
        if epochs.lineage is None:
            await check(epochs, connection)

    EpochCheck.check = check_once  # type: ignore[method-assign,assignment]


PLANTED: dict[str, Callable[[], None]] = {
    plant.__name__: plant for plant in (skip, repeat, early, rewound)
}


def _send_events(times: int) -> None:
    """Send every so many-th event so many times."""
    send, numbers = SocketServer.send, itertools.count(1)

    def send_wrongly(server: SocketServer, eio_sid: str, sent: Message | Burst) -> None:
        for message in sent.messages:
            is_wrong = '"channel-created"' in message.data and next(numbers) % EVERY == 0
            for _ in range(times if is_wrong else 1):
                send(server, eio_sid, message)

    SocketServer.send = send_wrongly  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    PLANTED[sys.argv[1]]()
    sys.argv[1:] = ["serve"]
    kanal.main()
