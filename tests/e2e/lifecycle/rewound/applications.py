"""Applications that show the channels of a workspace, each built on the stock client in its way.

They differ in how they resume and in what tells them that they cannot: they then fetch the list.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import httpx

from tests.support.background import eventually, running
from tests.support.channels import api
from tests.support.clients import Heard, ProcessClient, js_client
from tests.support.tokens import token

_QUICK = {"reconnectionDelay": 20, "reconnectionDelayMax": 100}


class Application:
    """What an application knows; what it is told, it takes in one after the other."""

    def __init__(self, client: ProcessClient, url: str, workspace: str) -> None:
        self._client = client
        self._url = url
        self._workspace = workspace
        self.shown: dict[str, Any] = {}
        """The channels that it shows, by id."""
        self.successes: list[Any] = []
        """Each `auth-success`."""
        self.resumed: list[bool] = []
        """At each return, whether it was told that it has missed nothing."""
        self.heard: list[Any] = []
        """The channels that it was told of since it last began anew."""
        self.disconnects = 0
        self._has_left = False

    @staticmethod
    def handshake(access: str) -> dict[str, Any]:
        return {"token": access, "recover": True}

    def leave(self) -> None:
        self._has_left = True
        self._client.command(op="disconnect")

    def come_back(self) -> None:
        """If it has left; else the client comes back by itself."""
        if self._has_left:
            self._client.command(op="connect")

    async def has_returned(self) -> bool:
        return bool(self.resumed)

    async def run(self) -> None:
        """Take in what the client hears, for ever."""
        heard = self._client.heard
        while True:
            await self._client.until(lambda: heard, within=None)
            await self._take_in(heard.pop(0))

    async def _take_in(self, heard: Heard) -> None:
        match heard.kind, heard.name:
            case "connect", _:
                await self._connected(heard.args[1] is True)
            case "disconnect", _:
                self.disconnects += 1
            case "event", "auth-success":
                (success, *_) = heard.args
                if not self._has_resumed(success):
                    self.heard.clear()
                    await self._list_anew(success["position"])
                if self.successes:
                    self.resumed.append(self._has_resumed(success))
                self.successes.append(success)
            case "event", "channel-created" | "channel-updated":
                self._show(heard.args[0])
                self.heard.append(heard.args[0])

    async def _connected(self, recovered: bool) -> None:
        pass

    def _has_resumed(self, success: Any) -> bool:
        """Whether it knows all that was before an `auth-success`."""
        return bool(success["recovered"])

    def _show(self, channel: Any) -> None:
        known = self.shown.get(channel["id"])
        if known is None or known["position"] < channel["position"]:
            self.shown[channel["id"]] = channel

    async def _list_anew(self, position: int) -> None:
        self.shown.clear()
        for channel in await list_channels(self._url, self._workspace, upto=position):
            self._show(channel)


class Recovering(Application):
    """Leaves its place to the client, with `recover: true`, and believes `auth-success`."""


class BySocket(Application):
    """Leaves its position to the client, with `recover: true`, and goes by `socket.recovered`, as
    Socket.IO's own documents say; of `auth-success` it knows nothing."""

    _recovered = False

    async def _connected(self, recovered: bool) -> None:
        self._recovered = recovered

    def _has_resumed(self, success: Any) -> bool:
        return self._recovered


class Keeping(Application):
    """Keeps its place itself, and sends it with `auth`."""

    @staticmethod
    def handshake(access: str) -> dict[str, Any]:
        return {}

    async def _connected(self, recovered: bool) -> None:
        place: dict[str, Any] = {}
        if self.successes:
            last = self.successes[-1]
            positions = [last["position"], *(channel["position"] for channel in self.heard)]
            place = {"position": max(positions), "log": last["log"]}
        access = token("bob", (self._workspace,))
        await self._client.emit("auth", {"data": access, **place})


KINDS: tuple[type[Application], ...] = (Recovering, Keeping, BySocket)


@asynccontextmanager
async def applications(
    url: str, workspace: str, kinds: Sequence[type[Application]]
) -> AsyncIterator[list[Application]]:
    """One of each kind; they have authenticated, and show what there is."""
    async with AsyncExitStack() as stack:
        opened = []
        for kind in kinds:
            auth = kind.handshake(token("bob", (workspace,)))
            client = await stack.enter_async_context(js_client(url, auth=auth, **_QUICK))
            opened.append(kind(client, url, workspace))
        await stack.enter_async_context(running(*(each.run() for each in opened)))
        for each in opened:
            await eventually(partial(_has_begun, each))
        yield opened


async def _has_begun(application: Application) -> bool:
    return bool(application.successes)


async def list_channels(url: str, workspace: str, *, upto: int = 0) -> list[Any]:
    """The whole list, as of a position; while the service cannot answer it is asked again."""
    async with api(url, workspace, "bob") as http:
        while True:
            try:
                answer = await http.get("", params={"limit": 200, "minPosition": upto})
                if answer.status_code == 200:
                    return list(answer.json()["channels"])
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
