"""What a polling answer takes from the outbox, what counts as unsent, and the ends of an outbox."""

import asyncio

import pytest
from engineio.packet import CLOSE, NOOP, PING, Packet

from tests.support.clients import PATIENCE
from transport.socketio.outbox import MAX_PACKETS_PER_ANSWER, Outbox
from transport.socketio.packets import Burst, Message, event_message

PLENTY = 2**30


def filled(*packets: Packet, high_water_mark: int = PLENTY) -> Outbox:
    outbox = Outbox(high_water_mark)
    for packet in packets:
        outbox.put_nowait(packet)
    return outbox


def large(count: int) -> list[Message]:
    """Messages of some 1,000 bytes."""
    return [event_message("event", "x" * 1_000) for _ in range(count)]


async def answers(*packets: Packet, high_water_mark: int = PLENTY) -> list[list[Packet]]:
    """What polls are answered, one after the other, until all packets are taken."""
    outbox = filled(*packets, high_water_mark=high_water_mark)
    taken: list[list[Packet]] = []
    while sum(map(len, taken)) < len(packets):
        taken.append(await outbox.take_answer())
    return taken


async def test_an_answer_holds_no_more_than_python_engineio_reads() -> None:
    events = [event_message("event", number) for number in range(2 * MAX_PACKETS_PER_ANSWER + 1)]
    found = await answers(*events)
    assert [len(answer) for answer in found] == [MAX_PACKETS_PER_ANSWER] * 2 + [1]
    assert [packet for answer in found for packet in answer] == events


@pytest.mark.parametrize(
    ("high_water_mark", "sizes"), [(16_000, [1, 1, 1, 1, 1]), (40_000, [3, 2])]
)
async def test_an_answer_exceeds_the_low_water_mark_by_one_packet_at_most(
    high_water_mark: int, sizes: list[int]
) -> None:
    found = await answers(*large(5), high_water_mark=high_water_mark)
    assert [len(answer) for answer in found] == sizes


async def test_the_end_of_a_connection_goes_alone() -> None:
    event, ping, end = event_message("event"), Packet(PING), Packet(CLOSE)
    assert await answers(event, ping, end) == [[event, ping], [end]]
    assert await answers(end) == [[end]]


async def test_an_answer_counts_as_unsent_until_the_next_poll() -> None:
    (event,) = large(1)
    outbox = filled(event, high_water_mark=8_000)
    assert outbox.unsent == event.size
    assert await outbox.take_answer() == [event]
    assert outbox.unsent == event.size
    poll = asyncio.create_task(outbox.take_answer())
    await asyncio.sleep(0)
    assert outbox.unsent == 0
    outbox.answer_poll()
    assert [packet.packet_type for packet in await poll] == [NOOP]


async def test_a_poll_that_is_given_up_takes_nothing() -> None:
    outbox = Outbox(PLENTY)
    poll = asyncio.create_task(outbox.take_answer())
    await asyncio.sleep(0)
    event = event_message("event")
    outbox.put_nowait(event)
    poll.cancel()
    with pytest.raises(asyncio.CancelledError):
        await poll
    assert await outbox.take_answer() == [event]


async def test_whoever_sends_is_told_of_the_high_water_mark_and_waits_for_the_low_one() -> None:
    first, *rest = large(20)
    outbox = Outbox(16 * first.size)
    assert not outbox.push(first)
    await waited_for(outbox)
    assert outbox.push(Burst(rest))
    waits = asyncio.create_task(outbox.wait_until_low())
    await asyncio.sleep(0)
    while outbox.unsent > 2 * first.size:
        assert not waits.done()
        await outbox.take_answer()
    outbox.answer_poll()
    await outbox.take_answer()
    await waits


async def test_an_aborted_outbox_drops_all_that_waits_and_answers_the_poll() -> None:
    outbox = filled(*large(5), high_water_mark=8_000)
    await outbox.take_answer()
    waits = asyncio.create_task(outbox.wait_until_low())
    await asyncio.sleep(0)
    outbox.abort()
    await waits
    (noop,) = await outbox.take_answer()
    assert noop.packet_type == NOOP
    await waited_for(outbox)


async def test_a_closed_outbox_answers_a_poll_after_all_that_waits() -> None:
    event = event_message("event")
    outbox = filled(event)
    outbox.close()
    first, last = await outbox.take_answer()
    assert (first, last.packet_type) == (event, NOOP)
    poll = asyncio.create_task(outbox.take_answer())
    await asyncio.sleep(0)
    outbox.close()
    (noop,) = await poll
    assert noop.packet_type == NOOP


async def test_what_is_taken_for_another_sender_is_no_longer_unsent() -> None:
    events = large(5)
    outbox = filled(*events, high_water_mark=8_000)
    assert outbox.take_all() == events
    assert outbox.unsent == 0
    await waited_for(outbox)


async def waited_for(outbox: Outbox) -> None:
    """Return where the low-water mark is not exceeded."""
    async with asyncio.timeout(PATIENCE):
        await outbox.wait_until_low()
