"""The service, or another command, with a fault planted in it, for the checker to find: `python -m`
this, FAULT, COMMAND.

Each breaks one promise now and then, in the one place that keeps it.
"""

import itertools
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from persistence.database import session_settings
from persistence.database.pool import Connection
from persistence.jetstream.message import StreamMessage
from persistence.log.epoch_check import EpochCheck
from persistence.log.logged_event import LoggedEvent
from projections.feed.feed import Feed, Stretch
from projections.feed.newest import Newest, NewestChanges
from projections.relay.messages import RelayMessages
from scripts import kanal
from transport.socketio.packets import Burst, Message
from transport.socketio.server import SocketServer

T = TypeVar("T")

EVERY = 50
"""One in so many events to a socket, or to a reader of the feed, goes wrong."""


def skip() -> None:
    """An event is not told to a socket, reader of the feed, webhook or stream that should be."""
    _send_events(0)
    _feed_events(0)
    _relay_nothing()


def repeat() -> None:
    """An event is told to a socket, or reader of the feed, twice."""
    _send_events(2)
    _feed_events(2)


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


def _feed_events(times: int) -> None:
    """Have every so many-th event so many times in a page, or in what streams are told at once."""
    finished, read, numbers = Feed._finished, NewestChanges.read, itertools.count(1)

    def wrongly(events: list[T]) -> list[T]:
        return [each for each in events for _ in range(1 if next(numbers) % EVERY else times)]

    async def finish_wrongly(*given: Any, **named: Any) -> Stretch:
        page = await finished(*given, **named)
        page.events = wrongly(page.events)
        return page

    async def read_wrongly(*given: Any, **named: Any) -> Newest:
        newest = await read(*given, **named)
        newest.changes = wrongly(newest.changes)
        return newest

    Feed._finished = finish_wrongly  # type: ignore[method-assign]
    NewestChanges.read = read_wrongly  # type: ignore[method-assign]


def _relay_nothing() -> None:
    """Publish every so many-th event as one that nobody is told of."""
    of, numbers = RelayMessages.of, itertools.count(1)

    async def of_wrongly(messages: RelayMessages, stored: LoggedEvent) -> StreamMessage:
        message = await of(messages, stored)
        is_wrong = message.body and next(numbers) % EVERY == 0
        return replace(message, body=b"") if is_wrong else message

    RelayMessages.of = of_wrongly  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    PLANTED[sys.argv[1]]()
    sys.argv[1:] = sys.argv[2:] or ["serve"]
    kanal.main()
