"""A subscriber in Python that resumes, as a process of its own: `python -m` this, URL, options.

It speaks the JSON lines of `tests/e2e/js/client.js`, so that the same driver drives both.
"""

import asyncio
import json
import os
import sys
from contextlib import suppress
from typing import Any

import socketio
from socketio.exceptions import SocketIOError

BEFORE_RECONNECTING = 0.1
"""Seconds."""


class ResumingClient:
    """python-socketio's client, connected again whenever it is not, from where it had come to."""

    def __init__(self, url: str, auth: dict[str, Any], transports: list[str] | None) -> None:
        self._url = url
        self._auth = auth
        self._transports = transports
        self._place: dict[str, Any] = {}
        """`position` and `log`, once they are known."""
        self._sio = socketio.AsyncClient(reconnection=False)
        self._sio.on("connect", lambda: say("connect", args=[self._sio.sid]))
        self._sio.on("disconnect", lambda reason: say("disconnect", args=[reason]))
        self._sio.on("*", self._event)

    async def stay_connected(self) -> None:
        while True:
            with suppress(SocketIOError):
                await self._sio.connect(
                    self._url, auth=self._handshake, transports=self._transports
                )
                await self._sio.wait()
            await asyncio.sleep(BEFORE_RECONNECTING)

    async def obey(self, op: str, **command: Any) -> None:
        match op:
            case "emit":
                with suppress(SocketIOError):  # not connected: said again by who is told so
                    await self._sio.emit(command["name"], tuple(command["args"]))
            case "drop":
                if self._sio.connected:
                    await self._sio.eio.http.close()
            case "token":
                self._auth["token"] = command["token"]

    def _handshake(self) -> dict[str, Any]:
        return {**self._auth, **self._place}

    async def _event(self, name: str, *args: Any) -> None:
        if name == "auth-success":
            self._place = {"position": args[0]["position"], "log": args[0]["log"]}
        elif name.startswith("channel-"):
            self._place["position"] = args[0]["position"]
        say("event", name=name, args=args)


def say(kind: str, **what: Any) -> None:
    print(json.dumps({"kind": kind, **what}), flush=True)


async def main(url: str, options: str) -> None:
    given = json.loads(options)
    client = ResumingClient(url, given["auth"], given.get("transports"))
    staying = asyncio.create_task(client.stay_connected())
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(commands), sys.stdin
    )
    while line := await commands.readline():
        await client.obey(**json.loads(line))
    staying.cancel()
    os._exit(0)  # as the one in Node does: nothing is said to the service, or waited for


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
