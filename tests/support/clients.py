"""Stock Socket.IO clients, the JavaScript one and the Python one, behind one small face.

Each keeps what it heard, in order; a test waits for a condition on that, never for a time.
"""

import asyncio
import itertools
import json
import shutil
import ssl
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import socketio

JS = Path(__file__).parents[1] / "e2e" / "js"

PATIENCE = 20.0
"""Seconds until a condition that has not come counts as failed."""


@dataclass(frozen=True)
class Heard:
    """One thing a client heard: an event, or `connect`, `disconnect`, `ack`, `upgrade`, …"""

    kind: str
    name: str | None
    args: list[Any]


class Client(ABC):
    """What both clients share: all that was heard, and waiting for more."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self._news = asyncio.Event()

    def hear(self, kind: str, name: str | None, args: list[Any]) -> None:
        self.heard.append(Heard(kind, name, args))
        self._news.set()

    def events(self, name: str) -> list[Any]:
        """The first arguments of all events of a name so far."""
        return [
            heard.args[0] if heard.args else None
            for heard in self.heard
            if heard.kind == "event" and heard.name == name
        ]

    async def until(self, condition: Callable[[], Any], *, within: float | None = PATIENCE) -> Any:
        """Wait until the condition is truthy and answer its value."""
        try:
            async with asyncio.timeout(within):
                while not (value := condition()):
                    self._news.clear()
                    await self._news.wait()
                return value
        except TimeoutError:
            raise AssertionError(f"not heard within {within} s; heard: {self.heard}") from None

    async def event(self, name: str, count: int = 1) -> Any:
        """Wait for the `count`-th event of a name and answer its first argument."""
        await self.until(lambda: len(self.events(name)) >= count)
        return self.events(name)[count - 1]

    async def kind(self, kind: str, count: int = 1) -> Heard:
        """Wait for the `count`-th `connect`, `disconnect`, … and answer it."""

        def found() -> list[Heard]:
            return [heard for heard in self.heard if heard.kind == kind]

        await self.until(lambda: len(found()) >= count)
        return found()[count - 1]

    @abstractmethod
    async def emit(self, name: str, *args: Any) -> None:
        """Emit an event."""

    @abstractmethod
    async def call(self, name: str, *args: Any) -> Any:
        """Emit with an acknowledgement asked for, and answer its first argument."""

    async def auth(self, token: str, **more: Any) -> Any:
        """Send `auth` and wait for one more `auth-success`; answers it."""
        count = len(self.events("auth-success")) + 1
        await self.emit("auth", {"data": token, **more})
        return await self.event("auth-success", count)


class ProcessClient(Client):
    """A client in a process of its own, which speaks JSON lines as `e2e/js/client.js` does."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        super().__init__()
        self._process = process
        self._acks = itertools.count()

    async def read(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            heard = json.loads(line)
            self.hear(heard["kind"], heard.get("name"), heard.get("args", []))

    def command(self, **command: Any) -> None:
        """`emit`, `drop` (the connection, as a network would), `disconnect`, `connect`, `token`
        (the one that the next connections bring with them)."""
        assert self._process.stdin is not None
        line = json.dumps(command, default=lambda data: {"$bytes": b64encode(data).decode()})
        self._process.stdin.write(line.encode() + b"\n")

    def signal(self, number: int) -> None:
        self._process.send_signal(number)

    async def emit(self, name: str, *args: Any) -> None:
        self.command(op="emit", name=name, args=list(args))

    async def call(self, name: str, *args: Any) -> Any:
        ack = str(next(self._acks))
        self.command(op="emit", name=name, args=list(args), ack=ack)
        found = await self.until(
            lambda: [heard for heard in self.heard if (heard.kind, heard.name) == ("ack", ack)]
        )
        return found[0].args[0] if found[0].args else None


@asynccontextmanager
async def process_client(*command: str, directory: Path) -> AsyncIterator[ProcessClient]:
    """A client whose process is started so, and leaves when its standard input ends."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=directory, limit=2**24,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    client = ProcessClient(process)
    reading = asyncio.create_task(client.read())
    try:
        yield client
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            process.kill()
            await process.wait()
        await reading


@asynccontextmanager
async def js_client(url: str, **options: Any) -> AsyncIterator[ProcessClient]:
    """The stock socket.io-client, in a Node process, connects to the URL with its own options."""
    node = shutil.which("node")
    assert node is not None, "make test installs Node where there is none"
    given = {name: value for name, value in options.items() if value is not None}
    async with process_client(node, "client.js", url, json.dumps(given), directory=JS) as client:
        yield client


class PyClient(Client):
    """python-socketio's AsyncClient."""

    def __init__(self, **options: Any) -> None:
        super().__init__()
        self.sio = socketio.AsyncClient(**{"reconnection": False, **options})
        self.sio.on("connect", lambda: self.hear("connect", None, [self.sio.sid]))
        self.sio.on("disconnect", lambda reason: self.hear("disconnect", None, [reason]))
        self.sio.on("*", self._event)

    async def _event(self, name: str, *args: Any) -> None:
        self.hear("event", name, list(args))

    async def emit(self, name: str, *args: Any) -> None:
        await self.sio.emit(name, args if len(args) != 1 else args[0])

    async def call(self, name: str, *args: Any) -> Any:
        return await self.sio.call(name, args if len(args) != 1 else args[0], timeout=PATIENCE)


@asynccontextmanager
async def py_client(
    url: str,
    *,
    auth: Any = None,
    transports: list[str] | None = None,
    path: str = "/socket.io/",
    tls: ssl.SSLContext | None = None,
    **options: Any,
) -> AsyncIterator[PyClient]:
    """A connected python-socketio client; `tls` says whom it trusts."""
    async with AsyncExitStack() as sessions:

        def http_session() -> aiohttp.ClientSession:
            # The library leaves one open where it loses a connection as it makes it.
            session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls or True))
            sessions.push_async_callback(session.close)
            return session

        client = PyClient(http_session=http_session, **options)
        await client.sio.connect(
            url, auth=auth, transports=transports, socketio_path=path, wait_timeout=PATIENCE
        )
        try:
            yield client
        finally:
            await client.sio.shutdown()  # ends its reconnecting
            await client.sio.disconnect()
            # Where the service has ended the connection, the library may go on in these.
            loops = (client.sio.eio.read_loop_task, client.sio.eio.write_loop_task)
            for loop in filter(None, loops):
                loop.cancel()
                with suppress(asyncio.CancelledError):
                    await loop


STOCK_CLIENTS: dict[str, Callable[..., AbstractAsyncContextManager[Client]]] = {
    "javascript": js_client,
    "python": py_client,
}
"""Both take the URL, `auth`, `transports` and `path`."""
