"""The subscribers: clients in processes of their own, and what each saw over all connections."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, wait_random

from tests.faults import python_client
from tests.faults.channel_lists import read_list
from tests.faults.history import Model, Recorder, Sight, Spell
from tests.support.clients import PATIENCE, Heard, ProcessClient, js_client, process_client
from tests.support.tokens import token

ROOT = Path(__file__).parents[2]

LASTING = 86_400.0
"""Seconds that a token lives, unless it is to expire."""

TRANSPORTS = (None, ["websocket"], ["polling"])
"""What subscribers choose in turn; None: polling first, and then an upgrade."""

_RECONNECTING = {"reconnectionDelay": 50, "reconnectionDelayMax": 300}


class Subscriber:
    """One client and what it saw. It authenticates again when it is told that its token expired,
    and begins anew, with the list, when it is told that it cannot resume."""

    def __init__(self, client: ProcessClient, url: str, sight: Sight, recorder: Recorder) -> None:
        self.sight = sight
        self._client = client
        self._url = url
        self._recorder = recorder
        self._known = recorder.models
        self._log: str | None = None
        self._heard: set[str] = set()
        self._listing: asyncio.Task[None] | None = None

    @property
    def says_its_place(self) -> bool:
        """The stock client does so by itself."""
        return self.sight.name.startswith("python")

    async def run(self) -> None:
        """Take in what the client hears, for ever."""
        heard = self._client.heard
        try:
            while True:
                await self._client.until(lambda: heard, within=None)
                for each in heard:
                    await self._take_in(each)
                heard.clear()
        finally:
            if self._listing is not None:
                self._listing.cancel()

    async def has_begun(self) -> bool:
        return bool(self.sight.spells)

    async def is_level(self, channel_id: str) -> bool:
        """Whether it has heard of the channel, and has the list if it is to fetch it."""
        is_listed = self._listing is None or self._listing.done()
        return channel_id in self._heard and is_listed

    async def authenticate(self, ttl: float = LASTING) -> None:
        """Send `auth` on the live connection, with a token that lives so long."""
        auth: dict[str, Any] = {"data": self._token(ttl)}
        if self.says_its_place and self.sight.spells:
            auth |= {"position": self.sight.spells[-1].place, "log": self._log}
        await self._client.emit("auth", auth)

    def bring(self, ttl: float = LASTING) -> None:
        """Let the next connections bring a token that lives so long from now."""
        self._client.command(op="token", token=self._token(ttl))

    def drop(self) -> None:
        self._client.command(op="drop")

    def freeze(self) -> None:
        self._client.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._client.signal(signal.SIGCONT)

    def _token(self, ttl: float) -> str:
        return token(self.sight.user, self.sight.workspaces, ttl=ttl)

    async def _take_in(self, heard: Heard) -> None:
        match heard.kind, heard.name:
            case "event", "channel-created":
                self._hear_of(heard.args[0])
            case "event", "auth-success":
                self._authenticated(heard.args[0])
            case "event", "socket-api-error":
                self._note(f"error {heard.args[0]['code']}")
                if heard.args[0]["event"] == "auth":
                    self.sight.expiries += 1
                    self.bring()
                    await self.authenticate()
            case "connect", _:
                self.sight.connects += 1
                self._note("connected")
            case "disconnect", _:
                place = self.sight.spells[-1].place if self.sight.spells else None
                self._note(f"disconnected ({heard.args[0]}) at position {place}")
        if heard.kind == "event" and not self.says_its_place and self.sight.spells:
            # What the stock client takes for its place, whatever the event.
            self.sight.spells[-1].place = int(heard.args[-1].partition("@")[0])

    def _hear_of(self, model: Model) -> None:
        # Subscribers hear the same: it is kept once.
        known = self._known.setdefault(model["id"], model)
        spell = self.sight.spells[-1]
        spell.heard.append(known if known == model else model)
        spell.place = model["position"]
        self._heard.add(model["id"])

    def _authenticated(self, success: dict[str, Any]) -> None:
        self._note(f"authenticated: {json.dumps(success)}")
        position, is_other_log = success["position"], success["log"] != self._log
        spells, self._log = self.sight.spells, success["log"]
        if not spells:
            spells.append(Spell(self._recorder.now, begins=position, place=position))
        elif not success["recovered"]:
            spells.append(Spell(self._recorder.now, begins=position, place=position))
            self._list_anew(position)
        else:
            self.sight.recovered += 1
            spells[-1].place = position
            if is_other_log and self._may_show_more_than(position):
                self._list_anew(position)

    def _may_show_more_than(self, place: int) -> bool:
        """Whether the list may have shown what is beyond the place that this client resumed from:
        of another log it is not told what became of that."""
        if self._listing is None:
            return False
        listed = self.sight.spells[-1].listed
        return listed is None or any(model["position"] > place for model in listed)

    def _list_anew(self, position: int) -> None:
        if self._listing is not None:
            self._listing.cancel()
        self._listing = asyncio.create_task(self._list(self.sight.spells[-1], position))

    async def _list(self, spell: Spell, position: int) -> None:
        """Fetch the list as of a position, however often it takes."""
        async with httpx.AsyncClient(base_url=self._url, timeout=PATIENCE) as http:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(httpx.HTTPError), wait=wait_random(0.05, 0.5)
            ):
                with attempt:
                    listed = [
                        model
                        for workspace in self.sight.workspaces
                        for model in await read_list(http, self.sight.user, workspace, position)
                    ]
        spell.listed = listed
        self._note(f"has the list: {len(listed)} channels")

    def _note(self, what: str) -> None:
        self._recorder.note(self.sight.name, what)


@asynccontextmanager
async def subscriber(
    url: str, number: int, user: str, workspaces: tuple[str, ...], recorder: Recorder
) -> AsyncIterator[Subscriber]:
    """The subscriber of a number: every other one is the stock JavaScript client."""
    transports = TRANSPORTS[number // 2 % len(TRANSPORTS)]
    auth: dict[str, Any] = {"token": token(user, workspaces, ttl=LASTING)}
    if number % 2 == 0:
        kind, auth["recover"] = "javascript", True
        opened = js_client(url, auth=auth, transports=transports, **_RECONNECTING)
    else:
        kind = "python"
        options = json.dumps({"auth": auth, "transports": transports})
        program = (sys.executable, "-m", python_client.__name__, url, options)
        opened = process_client(*program, directory=ROOT)
    sight = Sight(f"{kind}-{number}", user, workspaces)
    recorder.history.sights.append(sight)
    async with opened as client:
        one = Subscriber(client, url, sight, recorder)
        try:
            yield one
        finally:
            one.thaw()
