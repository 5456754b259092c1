"""The floods: clients that do one thing as often as they can, a process of their own.

They heed nothing that they are told: who is refused asks again at once. All are one user, and come
from one address, which the trusted proxy before them tells.
"""

import asyncio
import json
import os
import re
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import TypeAlias
from urllib.parse import urlsplit

import uvloop

from tests.support.tokens import token

ADDRESS = "198.51.100.7"
USER = "flood"

PATIENCE = 30.0
"""Seconds until a flood has begun."""

Stream: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Flood:
    """Runs one kind of flood against a service; `workspaces` are those of its user."""

    def __init__(self, name: str, url: str, workspaces: tuple[str, ...]) -> None:
        self._name, self._url, self._workspaces = name, url, workspaces
        self._pipe, theirs = get_context("spawn").Pipe()
        self._process: BaseProcess = get_context("spawn").Process(
            target=_run, args=(name, url, workspaces, theirs)
        )

    def __enter__(self) -> "Flood":
        self._process.start()
        self._pipe.recv()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()


def _run(name: str, url: str, workspaces: tuple[str, ...], begun: Connection) -> None:
    os.nice(10)  # who is measured shares its core
    uvloop.run(_Flooders(url, workspaces).run(name, begun))


class _Flooders:
    def __init__(self, url: str, workspaces: tuple[str, ...]) -> None:
        self._parts = urlsplit(url)
        self._workspaces = workspaces
        self._token = token(USER, workspaces, ttl=86_400)
        self._run = f"{time.time_ns():x}"
        self._numbers = count()
        self._answered = 0

    async def run(self, name: str, begun: Connection) -> None:
        kind, number = _KINDS[name]
        tasks = [asyncio.create_task(self._for_ever(kind)) for _ in range(number)]
        async with asyncio.timeout(PATIENCE):
            while self._answered < number:
                await asyncio.sleep(0.05)
        begun.send(None)
        await asyncio.gather(*tasks)

    async def _for_ever(self, kind: "Callable[[_Flooders], Awaitable[None]]") -> None:
        while True:
            with suppress(OSError, EOFError, asyncio.IncompleteReadError):
                await kind(self)
            await asyncio.sleep(0.01)  # the connection was refused or has ended

    async def create(self) -> None:
        """Channels, over one connection."""
        stream = await self._connect()
        path = f"/workspaces/{self._workspaces[0]}/channels"
        while True:
            body = f'{{"name":"{self._run} {next(self._numbers)}"}}'
            await self._request(stream, "POST", path, body)

    async def look_back(self) -> None:
        """List pages as of a position."""
        stream = await self._connect()
        while True:
            path = f"/workspaces/{self._workspaces[-1]}/channels?at=20000"
            await self._request(stream, "GET", path)

    async def show_bad_tokens(self) -> None:
        """A socket that authenticates again and again, with tokens that nobody signed."""
        good = self._token
        bad = f"{good[:-8]}AAAAAAAA"
        stream = await self._socket({"token": bad})
        while True:
            await self._frame(stream)
            _send(stream[1], f'42["auth",{json.dumps({"data": bad})}]')

    async def resume(self) -> None:
        """Told all that it missed since position 1, and then gone without a word."""
        reader, writer = await self._socket({"token": self._token, "position": 1})
        with suppress(TimeoutError):
            async with asyncio.timeout(3):
                received = 0
                while received < 500_000 and (data := await reader.read(65_536)):
                    received += len(data)
        writer.transport.abort()

    async def stay_silent(self) -> None:
        """A socket that never says anything."""
        reader, _ = await self._socket(None)
        while await reader.read(1_024):
            pass

    async def _connect(self) -> Stream:
        return await asyncio.open_connection(self._parts.hostname, self._parts.port)

    async def _request(self, stream: Stream, method: str, path: str, body: str = "") -> None:
        reader, writer = stream
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: {self._parts.netloc}\r\n"
            f"X-Forwarded-For: {ADDRESS}\r\nAuthorization: Bearer {self._token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        answer = await reader.readuntil(b"\r\n\r\n")
        self._answered += 1
        size = re.search(rb"(?i)content-length: *(\d+)", answer)
        await reader.readexactly(int(size[1]) if size else 0)

    async def _socket(self, auth: object) -> Stream:
        reader, writer = await self._connect()
        key = b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {self._parts.netloc}\r\n"
            f"X-Forwarded-For: {ADDRESS}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        answer = await reader.readuntil(b"\r\n\r\n")
        self._answered += 1
        if not answer.startswith(b"HTTP/1.1 101 "):
            writer.transport.abort()
            raise ConnectionRefusedError
        if auth is not None:
            _send(writer, f"40{json.dumps(auth)}")
        return reader, writer

    async def _frame(self, stream: Stream) -> None:
        if not await stream[0].read(65_536):
            raise EOFError


def _send(writer: asyncio.StreamWriter, payload: str) -> None:
    """One masked frame of text; a mask of zeros leaves the payload as it is."""
    data = payload.encode()
    size = len(data)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    writer.write(b"\x81" + length + bytes(4) + data)


_KINDS: dict[str, tuple[Callable[[_Flooders], Awaitable[None]], int]] = {
    "200 create": (_Flooders.create, 200),
    "200 with bad tokens": (_Flooders.show_bad_tokens, 200),
    "200 resume": (_Flooders.resume, 200),
    "100 look back": (_Flooders.look_back, 100),
    "2,000 silent": (_Flooders.stay_silent, 2_000),
}

FLOODS = tuple(_KINDS)
