"""What is taken from an outbox at once, which a client finds in one polling answer."""

import asyncio
from collections.abc import Iterator

from engineio.packet import CLOSE, PING, Packet

from transport.socketio.packets import event_message
from transport.socketio.polling import MOST_AT_ONCE, Outbox

PLENTY = 2**30


def filled(*packets: Packet, limit: int = PLENTY) -> Outbox:
    outbox = Outbox(limit)
    for packet in packets:
        outbox.put_nowait(packet)
    return outbox


async def answers(outbox: Outbox) -> list[list[Packet]]:
    """What is taken, as python-engineio takes it, until nothing is left."""
    taken = []
    while not outbox.empty():
        taken.append([await outbox.get(), *_more(outbox)])
    return taken


def _more(outbox: Outbox) -> Iterator[Packet]:
    while True:
        try:
            yield outbox.get_nowait()
        except asyncio.QueueEmpty:
            return


async def test_an_answer_holds_no_more_than_python_engineio_reads() -> None:
    events = [event_message("event", number) for number in range(2 * MOST_AT_ONCE + 1)]
    found = await answers(filled(*events))
    assert [len(answer) for answer in found] == [MOST_AT_ONCE, MOST_AT_ONCE, 1]
    assert [packet for answer in found for packet in answer] == events


async def test_an_answer_holds_little_of_the_limit_and_at_least_one_packet() -> None:
    events = [event_message("event", "x" * 1_000) for _ in range(5)]
    assert [len(answer) for answer in await answers(filled(*events, limit=16_000))] == [1] * 5
    assert [len(answer) for answer in await answers(filled(*events, limit=40_000))] == [3, 2]


async def test_the_end_of_a_connection_goes_alone() -> None:
    event, ping, end = event_message("event"), Packet(PING), Packet(CLOSE)
    assert await answers(filled(event, ping, end)) == [[event, ping], [end]]
    assert await answers(filled(end)) == [[end]]
