"""The outbox of a connection over long-polling: packets wait here until a polling request comes.

It takes the place of python-engineio's queue, which has no bound: here the bytes are counted, those
of the latest answer included. That an answer has been sent shows only when the client polls again.
"""

import asyncio
from collections import deque

from engineio.exceptions import QueueEmpty
from engineio.packet import CLOSE, NOOP, Packet

from transport.socketio.elsewhere import MAX_ANSWER_SIZE
from transport.socketio.packets import Burst, Message, size_of
from transport.socketio.sender import Sender, low_water_mark

MAX_PACKETS_PER_ANSWER = 16
"""python-engineio's client refuses a polling answer with more."""


class Outbox(Sender):
    """Packets that wait for a polling request; `high_water_mark` is in bytes."""

    def __init__(self, high_water_mark: int) -> None:
        self._high_water_mark = high_water_mark
        self._low_water_mark = low_water_mark(high_water_mark)
        self._answer_mark = min(self._low_water_mark, MAX_ANSWER_SIZE // 4)
        self._packets: deque[Packet] = deque()
        self._has_packets = asyncio.Event()
        self._may_answer = asyncio.Event()
        self._may_answer.set()
        self._is_broken = False
        self._is_low = asyncio.Event()
        self._is_low.set()
        self._answered = 0
        """Bytes of the latest answer, which count as unsent until the next poll."""
        self._unsent = 0

    @property
    def unsent(self) -> int:
        return self._unsent

    def push(self, sent: Message | Burst) -> bool:
        for message in sent.messages:
            self.put_nowait(message)
        return self._unsent > self._high_water_mark

    def put_nowait(self, packet: Packet) -> None:
        self._packets.append(packet)
        self._has_packets.set()
        self._count(size_of(packet))

    async def put(self, packet: Packet) -> None:
        self.put_nowait(packet)

    async def wait_until_low(self) -> None:
        await self._is_low.wait()

    @property
    def is_ready(self) -> bool:
        """Whether there is something to answer a poll with at once."""
        return bool(self._packets) and not self.is_held

    async def until_ready(self) -> None:
        """Wait for packets. Raises QueueEmpty after `break_held_poll`."""
        await self.until_released()
        self._count(-self._answered)
        self._answered = 0
        while not self._packets or self.is_held:
            await self._has_packets.wait()
            await self.until_released()

    async def take_answer(self) -> list[Packet]:
        """Wait for packets, and take as many as one polling answer may hold: no more bytes than the
        low-water mark and one packet, so that a slow reader is told of in small steps, and no more
        than may pass through another node. Raises QueueEmpty after `break_held_poll`."""
        await self.until_ready()
        answer: list[Packet] = []
        while self._packets and (not answer or self._may_hold_more(answer)):
            answer.append(self._packets.popleft())
            self._answered += size_of(answer[-1])
        if not self._packets:
            self._has_packets.clear()
        return answer

    def take_all(self) -> list[Packet]:
        """Take all that waits, to be sent by another sender from now on."""
        packets = list(self._packets)
        self._packets.clear()
        self._has_packets.clear()
        self._count(-self._unsent)
        self._answered = 0
        return packets

    def answer_poll(self) -> None:
        self.put_nowait(Packet(NOOP))

    def hold_poll(self) -> None:
        self._may_answer.clear()

    @property
    def is_held(self) -> bool:
        return not self._may_answer.is_set()

    def release_poll(self) -> None:
        self._may_answer.set()
        self.answer_poll()

    def break_held_poll(self) -> None:
        if self.is_held:
            self._is_broken = True
            self._may_answer.set()
            self._has_packets.set()

    async def until_released(self) -> None:
        """Wait while polls are held. Raises QueueEmpty after `break_held_poll`."""
        await self._may_answer.wait()
        if self._is_broken:
            raise QueueEmpty

    def close(self) -> None:
        self.release_poll()  # the next one finds no session, and the client reconnects

    def abort(self) -> None:
        self.take_all()
        self.release_poll()

    def _may_hold_more(self, answer: list[Packet]) -> bool:
        # CLOSE goes alone: the stock client takes in the rest of an answer that holds it only once
        # it has connected again, and then it asks for that rest anew.
        return (
            self._answered <= self._answer_mark
            and len(answer) < MAX_PACKETS_PER_ANSWER
            and self._packets[0].packet_type != CLOSE
        )

    def _count(self, more: int) -> None:
        self._unsent += more
        if self._unsent > self._low_water_mark:
            self._is_low.clear()
        else:
            self._is_low.set()
