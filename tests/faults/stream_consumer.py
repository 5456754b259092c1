"""A subscriber that reads the log from JetStream, from its own place on, as docs/feed.md says: each
message is one position, and the next one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import nats
from nats.aio.client import Client
from nats.errors import Error, TimeoutError
from nats.js.api import ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from tests.faults.proxy import Proxy
from tests.faults.recorder import Recorder
from tests.faults.retold import RetoldSubscriber

LOGS = "KANAL-LOGS"

SILENCE = 1.0
"""Seconds after which it looks whether the stream is still the log's."""

PAUSE = 0.2

PUBLISHED_ANEW = 500
"""Positions a second, at least, of a stream that begins anew from 1 because the log was rewound:
the relay publishes it, and this one reads what it has lost, beside all else on the same cores."""


class StreamConsumer(RetoldSubscriber):
    """It begins anew wherever a connection ends, from what it has kept."""

    def __init__(self, name: str, way: Proxy, recorder: Recorder) -> None:
        super().__init__(name, way, recorder)
        self._place = 0
        self._stream: str | None = None
        self._is_awake = asyncio.Event()
        self._is_awake.set()

    async def run(self) -> None:
        while True:
            try:
                client = await nats.connect(
                    f"nats://127.0.0.1:{self._way.port}",
                    allow_reconnect=False,
                    connect_timeout=2,
                    error_cb=_pass_over,
                )
                try:
                    await self._read(client)
                finally:
                    await client.close()
            except (Error, OSError) as error:  # of which TimeoutError is one
                self._note(f"nothing to read: {error!r}")
            await asyncio.sleep(PAUSE)

    async def has_begun(self) -> bool:
        return self._stream is not None

    def returns_within(self, position: int) -> float:
        return super().returns_within(position) + position / PUBLISHED_ANEW

    def freeze(self) -> None:
        self._is_awake.clear()

    def thaw(self) -> None:
        self._is_awake.set()

    async def _read(self, client: Client) -> None:
        """Read the stream until it is another, or more is there than is told. Raises Error."""
        streams = client.jetstream(timeout=3)
        name = await self._current_stream(streams)
        self._note(f"reads {name} after {self._place}")
        messages = await streams.subscribe(
            f"kanal.{name.removeprefix('KANAL-')}.>",
            stream=name,
            ordered_consumer=True,
            config=ConsumerConfig(
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=self._place + 1
            ),
        )
        is_first = True
        while True:
            try:
                message = await messages.next_msg(SILENCE)
            except TimeoutError:
                if await self._is_elsewhere(streams, name):
                    return
                continue
            await self._is_awake.wait()
            sequence = message.metadata.sequence.stream
            if is_first and sequence <= self._place:
                continue  # the stream is still being filled from 1, as docs/feed.md says
            if sequence != self._place + 1:
                if is_first:
                    self._recorder.surprise(
                        f"{self.name}: asked for {self._place + 1} of {name}, it has {sequence}"
                    )
                return
            is_first = False
            if message.data:
                self._keep(msgspec.json.decode(message.data))
            self._place = sequence
            self.reading.requests += 1

    async def _current_stream(self, streams: Any) -> str:
        """The name of the stream that is the log's now; what it has not of what was read before is
        dropped."""
        log = await _last_told(streams)
        if self._stream is not None and log["stream"] != self._stream:
            is_next = log.get("before") == self._stream
            shared = min(log.get("shared", 0) if is_next else 0, self._place)
            self._drop_beyond(shared)
            self._place = shared
        self._stream = str(log["stream"])
        return self._stream

    async def _is_elsewhere(self, streams: Any, name: str) -> bool:
        """Whether there is another stream by now, or more in this one than is told."""
        if (await _last_told(streams))["stream"] != name:
            return True
        info = await streams.stream_info(name)
        return bool(info.state.last_seq > self._place)


async def _last_told(streams: Any) -> dict[str, Any]:
    """Which stream is the log's. Raises Error where nothing was told yet."""
    if not (await streams.stream_info(LOGS)).state.messages:
        raise NotFoundError(description="no relay has told of a stream")
    found = await streams.get_last_msg(LOGS, "kanal.logs.*")
    told: dict[str, Any] = msgspec.json.decode(found.data)
    return told


async def _pass_over(_: Exception) -> None:
    """What goes wrong with a connection ends it, which is enough."""


@asynccontextmanager
async def stream_consumer(port: int, recorder: Recorder) -> AsyncIterator[StreamConsumer]:
    """One of the nats-server at a port, over a way of its own."""

    async def dial() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", port)

    async with Proxy(dial) as way:
        one = StreamConsumer("jetstream", way, recorder)
        try:
            yield one
        finally:
            one.close()
