"""A TCP proxy of our own, between two parties that must outlive whatever happens on the way."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Self, TypeAlias

Stream: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

CHUNK = 65_536

NARROW = 16_384
"""Bytes that each piece of a narrow way holds, about."""

SMALL_SEGMENT = 1_000
"""Bytes; the system keeps less for a connection whose segments are small."""

TICK = 0.05
"""Seconds between two pieces of what passes slowly."""


class Proxy:
    """Listens on a port of its own and forwards each connection over one that `dial` opens.

    What it does to all connections lasts until `heal`. One that is narrow holds little of what its
    clients do not read.
    """

    def __init__(
        self,
        dial: Callable[[], Awaitable[Stream]],
        address: str = "127.0.0.1",
        *,
        is_narrow: bool = False,
    ) -> None:
        self._dial = dial
        self._address = address
        self._is_narrow = is_narrow
        self._connections: dict[asyncio.Task[None], socket.socket] = {}
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._is_cut = False
        self._rate: int | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://{self._address}:{self.port}"

    async def __aenter__(self) -> Self:
        self._listener = socket.create_server((self._address, 0), backlog=1_024)
        self._listener.setblocking(False)
        self.port = self._listener.getsockname()[1]
        asyncio.get_running_loop().add_reader(self._listener, self._accept)
        return self

    async def __aexit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._listener)
        self._listener.close()
        await self.drop()

    async def cut(self) -> None:
        """Reset all connections, and new ones as they come."""
        self._is_cut = True
        await self.drop()

    def stall(self) -> None:
        """Forward nothing, not even an end: to either side the other is as if it were dead.

        What is sent meanwhile arrives later, as it would after a network's packets were lost.
        """
        self._flowing.clear()

    def slow(self, rate: int) -> None:
        """Forward so many bytes a second, in each direction of each connection."""
        self._rate = rate

    def heal(self) -> None:
        self._is_cut = False
        self._rate = None
        self._flowing.set()

    async def drop(self) -> None:
        """Reset all connections. New ones are taken as before."""
        serving = list(self._connections)
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)

    def _accept(self) -> None:
        """Whatever is accepted is known from then on, and closed however it ends: a task that is
        cancelled before it has begun closes nothing."""
        with suppress(OSError):  # it is gone already
            connection, _ = self._listener.accept()
            task = asyncio.create_task(self._serve(connection))
            self._connections[task] = connection
            task.add_done_callback(lambda _: self._connections.pop(task).close())

    async def _serve(self, connection: socket.socket) -> None:
        if self._is_narrow:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW)
        near = await asyncio.open_connection(sock=connection)
        if self._is_narrow:
            near[1].transport.set_write_buffer_limits(NARROW)
        opened = [near[1]]
        try:
            if not self._is_cut:
                far = await self._dial()
                opened.append(far[1])
                await self._forward(near, far)
        except OSError:
            pass  # one side is gone, and the other is reset
        finally:
            await _reset(*opened)

    async def _forward(self, near: Stream, far: Stream) -> None:
        """Forward both ways until either side has ended."""
        ways = [
            asyncio.create_task(self._pump(near[0], far[1])),
            asyncio.create_task(self._pump(far[0], near[1])),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            for writer in (near[1], far[1]):
                with suppress(OSError):
                    writer.close()
                    await writer.wait_closed()
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(CHUNK):
            while data:
                await self._flowing.wait()
                rate = self._rate
                size = len(data) if rate is None else max(1, int(rate * TICK))
                piece, data = data[:size], data[size:]
                sink.write(piece)
                await sink.drain()
                if rate is not None:
                    await asyncio.sleep(len(piece) / rate)
        await self._flowing.wait()


async def dial_narrowly(port: int) -> Stream:
    """A connection that holds little on its way, as real networks do: loopback holds megabytes."""
    connection = socket.socket()
    try:
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, NARROW)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SMALL_SEGMENT)
        await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
        return await asyncio.open_connection(sock=connection, limit=NARROW)
    except BaseException:
        connection.close()
        raise


async def _reset(*writers: asyncio.StreamWriter) -> None:
    """End connections at once; the other side sees a reset, unless it had ended before."""
    for writer in writers:
        connection = writer.get_extra_info("socket")
        if connection.family == socket.AF_INET:
            with suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()
    await asyncio.gather(*(writer.wait_closed() for writer in writers), return_exceptions=True)
