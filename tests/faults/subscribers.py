"""The subscribers: clients in processes of their own, and what each saw over all connections."""

import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.faults import python_client
from tests.faults.history import Model, Recorder, Sight
from tests.support.clients import Heard, ProcessClient, js_client, process_client
from tests.support.tokens import token

ROOT = Path(__file__).parents[2]

LASTING = 86_400.0
"""Seconds that a token lives, unless it is to expire."""

TRANSPORTS = (None, ["websocket"], ["polling"])
"""What subscribers choose in turn; None: polling first, and then an upgrade."""

_RECONNECTING = {"reconnectionDelay": 50, "reconnectionDelayMax": 300}


class Subscriber:
    """One client and what it saw; it authenticates again when it is told that its token expired."""

    def __init__(self, client: ProcessClient, sight: Sight, recorder: Recorder) -> None:
        self.sight = sight
        self._client = client
        self._recorder = recorder
        self._known = recorder.models
        self._position: int | None = None
        self._log: str | None = None
        self._heard: set[str] = set()

    @property
    def says_its_place(self) -> bool:
        """The stock client does so by itself."""
        return self.sight.name.startswith("python")

    async def run(self) -> None:
        """Take in what the client hears, for ever."""
        heard = self._client.heard
        while True:
            await self._client.until(lambda: heard, within=None)
            for each in heard:
                await self._take_in(each)
            heard.clear()

    async def has_begun(self) -> bool:
        return self.sight.begins is not None

    async def has_heard_of(self, channel_id: str) -> bool:
        return channel_id in self._heard

    async def authenticate(self, ttl: float = LASTING) -> None:
        """Send `auth` on the live connection, with a token that lives so long."""
        auth: dict[str, Any] = {"data": self._token(ttl)}
        if self.says_its_place and self._position is not None:
            auth |= {"position": self._position, "log": self._log}
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
                self._begin(heard.args[0])
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
                self._note(f"disconnected ({heard.args[0]}) at position {self._position}")

    def _hear_of(self, model: Model) -> None:
        # Subscribers hear the same: it is kept once.
        known = self._known.setdefault(model["id"], model)
        self.sight.heard.append(known if known == model else model)
        self._heard.add(model["id"])
        self._position = model["position"]

    def _begin(self, success: dict[str, Any]) -> None:
        self._note(f"authenticated: {json.dumps(success)}")
        if self.sight.begins is None:
            self.sight.begins = success["position"]
        elif success.get("recovered"):
            self.sight.recovered += 1
        else:
            self.sight.not_recovered.append(f"{self._recorder.now:.3f}")
        self._position = success["position"]
        self._log = success["log"]

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
        one = Subscriber(client, sight, recorder)
        try:
            yield one
        finally:
            one.thaw()
