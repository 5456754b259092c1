"""Subscribers that are stock clients: what each heard on its sockets, over all connections."""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.faults import python_client
from tests.faults.history import Create, Hearing, Model, Spell
from tests.faults.network import Network
from tests.faults.recorder import Recorder
from tests.faults.subscribers import LASTING, ProcessSubscriber
from tests.support.clients import Heard, js_client, process_client
from tests.support.tokens import token

ROOT = Path(__file__).parents[2]

STOCK: tuple[tuple[str, list[str] | None], ...] = (
    ("javascript", None),
    ("python", ["polling"]),
    ("javascript", ["websocket"]),
    ("python", None),
)
"""Their languages and transports; None: polling first, and then an upgrade."""

_RECONNECTING = {"reconnectionDelay": 50, "reconnectionDelayMax": 300}


class StockClient(ProcessSubscriber):
    """It authenticates again when it is told that its token expired."""

    def __init__(self, hearing: Hearing, *given: Any) -> None:
        super().__init__(hearing.name, *given)
        self.hearing = hearing
        self._log: str | None = None
        self._heard: set[str] = set()
        self._is_authenticated = False

    @property
    def says_its_place(self) -> bool:
        """The JavaScript client does so by itself."""
        return self.name.startswith("python")

    async def has_begun(self) -> bool:
        return bool(self.hearing.spells)

    async def is_level(self, create: Create) -> bool:
        return (
            create.made["id"] in self._heard
            or create.workspace not in self.hearing.workspaces
            or self._has_begun_after(create)
        )

    def _has_begun_after(self, create: Create) -> bool:
        """Whether it listens from a later position on, and so was told to fetch the list. One that
        began before the channel was asked for listens to a log that was rewound since, where such
        positions were something else: it is still to be told so."""
        assert create.asked_at is not None
        spell = self.hearing.spells[-1]
        return (
            self._is_authenticated
            and spell.at >= create.asked_at
            and spell.begins >= create.made["position"]
        )

    async def expire(self, ttl: float, *, is_live: bool) -> None:
        if is_live:
            await self._authenticate(ttl)
        else:
            self._bring(ttl)
            self._client.command(op="drop")  # by itself, as one that leaves in good order

    async def _authenticate(self, ttl: float = LASTING) -> None:
        """Send `auth` on the live connection, with a token that lives so long."""
        auth: dict[str, Any] = {"data": self._token(ttl)}
        if self.says_its_place and self.hearing.spells:
            auth |= {"position": self.hearing.spells[-1].place, "log": self._log}
        await self._client.emit("auth", auth)

    def _bring(self, ttl: float = LASTING) -> None:
        """Let the next connections bring a token that lives so long from now."""
        self._client.command(op="token", token=self._token(ttl))

    async def _take_in(self, heard: Heard) -> None:
        spells = self.hearing.spells
        match heard.kind, heard.name:
            case "event", "channel-created":
                self._hear_of(heard.args[0])
            case "event", "auth-success":
                self._authenticated(heard.args[0])
            case "event", "socket-api-error":
                self._note(f"error {heard.args[0]['code']}")
                if heard.args[0]["event"] == "auth":
                    self.hearing.expiries += 1
                    self._bring()
                    await self._authenticate()
            case "connect", _:
                self.hearing.connects += 1
                self._note("connected")
            case "disconnect", _:
                place = spells[-1].place if spells else None
                self._is_authenticated = False
                self._note(f"disconnected ({heard.args[0]}) at position {place}")
        if heard.kind == "event" and not self.says_its_place and spells:
            # What the JavaScript client takes for its place, whatever the event.
            spells[-1].place = int(heard.args[-1].partition("@")[0])

    def _hear_of(self, model: Model) -> None:
        spell = self.hearing.spells[-1]
        spell.heard.append(self._recorder.once(model))
        spell.place = model["position"]
        self._heard.add(model["id"])

    def _authenticated(self, success: dict[str, Any]) -> None:
        self._note(f"authenticated: {json.dumps(success)}")
        self._log = success["log"]
        self._is_authenticated = True
        position, spells = success["position"], self.hearing.spells
        if spells and success["recovered"]:
            self.hearing.recovered += 1
            spells[-1].place = position
        else:
            spells.append(Spell(self._recorder.now, begins=position, place=position))


@asynccontextmanager
async def stock_client(
    network: Network, number: int, access: tuple[str, tuple[str, ...]], recorder: Recorder
) -> AsyncIterator[StockClient]:
    """The one of a number, an index of STOCK."""
    user, workspaces = access
    language, transports = STOCK[number]
    hearing = Hearing(f"{language}-{number}", user, workspaces)
    recorder.history.hearings.append(hearing)
    way = await network.open_way()
    auth: dict[str, Any] = {"token": token(user, workspaces, ttl=LASTING)}
    if language == "javascript":
        auth["recover"] = True
        opened = js_client(way.url, auth=auth, transports=transports, **_RECONNECTING)
    else:
        options = json.dumps({"auth": auth, "transports": transports})
        program = (sys.executable, "-m", python_client.__name__, way.url, options)
        opened = process_client(*program, directory=ROOT)
    async with opened as client:
        one = StockClient(hearing, client, way, access, recorder)
        try:
            yield one
        finally:
            one.thaw()
