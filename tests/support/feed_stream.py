"""Streams of the feed as `curl -N` has them: what it prints, taken apart by the rules of
server-sent events (HTML, 9.2.6)."""

import asyncio
import json
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.clients import PATIENCE


@dataclass
class CurlStream:
    """What a stream has said so far."""

    events: list[Any] = field(default_factory=list)
    """The public events."""
    ends: list[Any] = field(default_factory=list)
    """The data of each `end`."""
    comments: list[str] = field(default_factory=list)
    last_id: str = ""
    is_over: bool = False
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, condition: Callable[[], Any], *, within: float = PATIENCE) -> None:
        """Return once it holds. Raises AssertionError."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            said = [each["id"] for each in self.events], self.ends, self.comments, self.is_over
            raise AssertionError(f"after {within} s the stream has said {said}") from None

    async def count(self, number: int) -> list[Any]:
        """The events, once there are so many."""
        await self.until(lambda: len(self.events) >= number)
        return self.events

    async def read(self, process: Process) -> None:
        assert process.stdout is not None
        kind, data, last_id = "", "", self.last_id
        while line := (await process.stdout.readline()).decode():
            name, _, value = line.removesuffix("\n").partition(": ")
            match name:
                case "":
                    if value:
                        self.comments.append(value)
                    elif data:
                        (self.ends if kind == "end" else self.events).append(json.loads(data))
                        self.last_id = last_id
                        kind, data = "", ""
                case "id":
                    last_id = value  # of an event that counts once all of it has come
                case "event":
                    kind = value
                case "data":
                    data += value
            self._changed.set()
        self.is_over = True
        self._changed.set()


@asynccontextmanager
async def curl_stream(
    url: str, access: str, query: str = "", *, last_id: str = "", more: tuple[str, ...] = ()
) -> AsyncIterator[CurlStream]:
    """A `curl -N` of a stream, until the block ends."""
    headers = ["-H", f"Authorization: Bearer {access}"]
    if last_id:
        headers += ["-H", f"Last-Event-ID: {last_id}"]
    process = await asyncio.create_subprocess_exec(
        "curl", "-sN", *more, *headers, f"{url}/log/stream?{query}", stdout=PIPE, limit=2**20
    )
    stream = CurlStream()
    reading = asyncio.create_task(stream.read(process))
    try:
        yield stream
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading
