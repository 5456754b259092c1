"""A receiver of webhooks, as its operator would write one, and as nobody should: a real HTTP server
that answers what a test says, and keeps what it has accepted."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

from standardwebhooks import Webhook as Verifier

from tests.support.tcp_server import tcp_server


@dataclass(frozen=True)
class Hook:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Any:
        return json.loads(self.body)

    @property
    def position(self) -> int:
        """Of the event; 0 where it is of none."""
        return int(self.event.get("position", 0))

    def verify(self, secret: str) -> None:
        """Raises WebhookVerificationError, as a receiver's own code does."""
        Verifier(secret).verify(self.body, self.headers)


Reply: TypeAlias = "tuple[int, dict[str, str]] | Callable[[asyncio.StreamWriter], Awaitable[None]]"
"""A status with headers, or what is done with the connection."""

ACCEPTED: Reply = (204, {})


class HookReceiver:
    """Answers what `reply` says of each request; all were `asked`, and those that were answered
    with a status of 2xx are `accepted`."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Hook] = []
        self.accepted: list[Hook] = []
        self.takes = 0.0
        """Seconds until it answers."""
        self.reply: Callable[[Hook], Reply] = lambda _: ACCEPTED

    @property
    def positions(self) -> list[int]:
        """Of what was accepted."""
        return [hook.position for hook in self.accepted]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while await self._answer(reader, writer):
                pass

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in map(_parts, lines)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        hook = Hook(first.split(" ")[1], headers, body)
        self.asked.append(hook)
        reply = self.reply(hook)
        await asyncio.sleep(self.takes)
        if not isinstance(reply, tuple):
            await reply(writer)
            return False
        status, more = reply
        said = "".join(f"{name}: {value}\r\n" for name, value in more.items())
        length = "" if status == 204 else "Content-Length: 0\r\n"
        if 200 <= status < 300:
            self.accepted.append(hook)
        writer.write(f"HTTP/1.1 {status} So\r\n{said}{length}\r\n".encode())
        await writer.drain()
        return True


def _parts(line: str) -> tuple[str, str, str]:
    return line.partition(":")


async def hang(_: asyncio.StreamWriter) -> None:
    """Say nothing, for longer than anybody waits."""
    await asyncio.sleep(600)


@asynccontextmanager
async def hook_receiver(tls: ssl.SSLContext | None = None) -> AsyncIterator[HookReceiver]:
    """One at loopback; with TLS, as localhost."""
    receiver = HookReceiver()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await receiver.serve(reader, writer)
        finally:
            writer.transport.abort()

    async with tcp_server(serve, tls=tls) as port:
        place = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
        receiver.url = f"{place}/hooks"
        yield receiver
