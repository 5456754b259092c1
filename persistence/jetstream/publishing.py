"""Publishing into a stream: many messages are in flight, each with the sequence that it expects
before it. So the stream is right at every moment, however many publish: a message takes its own
place, or none.

    in flight   41 42 43 44        41 is acknowledged, 42 gets lost on its way
    stored      41                 43 and 44 are refused: the stream does not end at 42

Whatever goes wrong ends it. Whoever publishes looks at the end of the stream then, and goes on from
there: after a lost answer that is the one way to know what was stored.
"""

import asyncio
from typing import Literal, TypeAlias

import msgspec
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import Header

from domain.errors import Conflict
from persistence.jetstream.message import RELAY, STORED, StreamMessage
from persistence.log.wakeup import wait_at_most

IN_FLIGHT = 512
"""Messages that are not acknowledged yet, at most."""

IN_FLIGHT_BYTES = 4_194_304
"""The same in bytes."""

EXPECTED = Header.EXPECTED_LAST_SEQUENCE.value

ANSWER_TIMEOUT = 10.0
"""Seconds without an acknowledgement, while some are owed."""

SETTLE_TIMEOUT = 2.0
"""Seconds that are waited for answers that are still owed, once something went wrong."""

WRONG_SEQUENCE = 10071
"""JetStream: the stream does not end where the message expects."""

OTHER_HEADERS = 400
"""Bytes of all headers but the longest, at most."""


Kind: TypeAlias = Literal["conflict", "refusal", "silence"]
"""What interrupts: the stream had another end than expected, since another relay publishes or an
answer was lost before; the server takes no more, as where the stream is full; or no answer came."""


class Interrupted(Exception):
    """What was published is not all in the stream."""

    def __init__(self, why: str, kind: Kind = "silence") -> None:
        super().__init__(why)
        self.kind = kind


class _Fault(msgspec.Struct, frozen=True):
    description: str = ""
    err_code: int = 0


class _Answer(msgspec.Struct, frozen=True):
    """An acknowledgement, as JetStream has it."""

    seq: int = 0
    duplicate: bool = False
    error: _Fault | None = None


_ANSWER = msgspec.json.Decoder(_Answer)


class Publishing:
    """Publishes over one connection into a stream that ends at a sequence."""

    def __init__(self, client: Client, relay: str, *, after: int, most: int = IN_FLIGHT) -> None:
        """`relay` says who publishes, and `most` is how many messages are in flight at most."""
        self._client = client
        self._relay = relay
        self._most = most
        self.sent = self.acknowledged = after
        self._bytes = 0
        self._sizes: dict[int, int] = {}
        """By sequence, the bytes of what is in flight."""
        self._why: Interrupted | None = None
        self._answered = asyncio.Event()
        self._inbox = client.new_inbox()

    async def open(self) -> None:
        """Listen for answers. Raises NATS_AWAY."""
        self._answers = await self._client.subscribe(f"{self._inbox}.*", cb=self._receive)

    async def publish(self, message: StreamMessage) -> None:
        """Send the next message, once there is room. Raises Interrupted, NATS_AWAY, and Conflict
        where the server takes none of this size."""
        while len(self._sizes) >= self._most or self._bytes > IN_FLIGHT_BYTES:
            await self._wait()
        if self._why is not None:
            raise self._why
        headers = message.headers
        headers[RELAY] = self._relay
        headers[EXPECTED] = str(self.sent)
        size = len(message.body) + len(headers[STORED]) + OTHER_HEADERS
        if size > self._client.max_payload:
            raise Conflict(
                f"position {self.sent + 1} is a message of {size:,} bytes, and the server's"
                f" max_payload is {self._client.max_payload:,}: raise it to 1 MiB, its default"
            )
        self.sent += 1
        self._sizes[self.sent] = size
        self._bytes += size
        reply = f"{self._inbox}.{self.sent}"
        await self._client.publish(message.subject, message.body, reply, headers)

    async def finish(self) -> None:
        """Wait until all that was sent is acknowledged. Raises Interrupted."""
        while self._sizes:
            await self._wait()
        if self._why is not None:
            raise self._why

    async def close(self) -> None:
        """Wait for the answers that are owed, but not for long."""
        deadline = asyncio.get_running_loop().time() + SETTLE_TIMEOUT
        while self._sizes and not self._client.is_closed:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            self._answered.clear()
            await wait_at_most(self._answered, left)
        if not self._client.is_closed:
            await self._answers.unsubscribe()

    def interrupt(self, why: str, kind: Kind = "silence") -> None:
        """End it; the first reason is the one that is told."""
        self._why = self._why or Interrupted(why, kind)
        self._answered.set()

    async def _wait(self) -> None:
        """Wait for an answer. Raises Interrupted."""
        if self._why is not None:
            raise self._why
        self._answered.clear()
        await wait_at_most(self._answered, ANSWER_TIMEOUT)
        if not self._answered.is_set():
            self.interrupt(f"no answer for {ANSWER_TIMEOUT:.0f} s")

    async def _receive(self, message: Msg) -> None:
        sequence = int(message.subject.rpartition(".")[2])
        self._bytes -= self._sizes.pop(sequence, 0)
        if message.data:
            self._take(sequence, _ANSWER.decode(message.data))
        else:
            self.interrupt("there is no such stream any more")
        self._answered.set()

    def _take(self, sequence: int, answer: _Answer) -> None:
        if answer.error is not None:
            is_conflict = answer.error.err_code == WRONG_SEQUENCE
            self.interrupt(answer.error.description, "conflict" if is_conflict else "refusal")
        elif answer.duplicate:
            # It says that it has had this id, not that it has it: a purged stream says so too.
            self.interrupt(f"position {sequence} is said to be there already", "conflict")
        elif answer.seq != sequence:
            self.interrupt(f"position {sequence} was stored as {answer.seq}")
        else:
            self.acknowledged = max(self.acknowledged, sequence)
