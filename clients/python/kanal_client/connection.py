"""The connection: it keeps the state level with the service over cuts, restarts and tokens.

    token, position, log     who asks, and what the state reflects
           │  auth-success {recovered}
           ▼
    joining    what is heard waits; without `recovered` the list is fetched meanwhile; then the
           │   service is asked whether the socket has been told all up to the list's position
           ▼
    live       the state is the list, or the one from before, with what has waited; from here on
               each event changes it

The state changes in one step where joining ends: what is replayed leaves out channels that the user
may not see any more, so that only the whole of it is the list as of a position.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kanal_client.errors import KanalError
from kanal_client.listing import fetch_list
from kanal_client.models import Channel
from kanal_client.requests import Requests
from kanal_client.socket import Lost, Socket, connected, refusal
from kanal_client.state import Event, after_events, as_before
from kanal_client.store import Store
from kanal_client.waiting import backoff

ENDS_ACCESS = frozenset({"access_revoked", "forbidden"})
"""What says that the user may see nothing of the workspace any more."""

JOINED, FAILED, CERTAIN = "joined", "failed", "certain"
"""What is heard of what runs beside the hearing."""

NO_LIST: dict[str, Any] = {"channels": (), "position": 0, "log": None}
"""What is shown to somebody who may see nothing, as far as is known."""


@dataclass(slots=True)
class _Joining:
    """What a connection begins with, until it is live."""

    log: str
    shown: Sequence[Channel]
    """What is shown meanwhile, whose objects are kept."""
    channels: Sequence[Channel] = ()
    """The list that what waits is joined to."""
    reached: int = 0
    """Up to where the socket was told when it was asked."""


class Connection:
    """Comes back by itself until it is cancelled."""

    def __init__(
        self, requests: Requests, workspace: str, store: Store, transports: Sequence[str] | None
    ) -> None:
        self._requests = requests
        self._workspace = workspace
        self._store = store
        self._transports = transports
        self._place: tuple[int, str] | None = None
        """Position and log that the state reflects; None where the list has to be fetched."""
        self._waiting: list[Event] | None = []
        """What was heard while joining; None while live."""
        self._is_doubtful = False
        """Access to one of the token's workspaces was taken back, maybe to this one."""
        self._refused: tuple[str, KanalError] | None = None
        """The token that was refused last, and why."""
        self._failures = 0
        """How often in a row it did not get as far as being live."""
        self._may_ask = asyncio.Event()
        self._unsent: str | None = None
        """A token for which there was no connection yet."""

    def reconnect(self) -> None:
        """Ask for a token again, where the last one was refused."""
        self._refused, self._unsent, self._failures = None, None, 0
        self._may_ask.set()

    async def run(self) -> None:
        """For ever. Raises what is a fault of this client."""
        while True:
            self._may_ask.clear()
            retry_after = None
            try:
                token = self._unsent or await self._token()
                if self._refused is not None and token == self._refused[0]:
                    self._store.set(status="refused", error=self._refused[1])
                    await self._may_ask.wait()
                    continue
                self._unsent = token
                await self._serve(token)
            except Lost:
                self._away()
            except KanalError as error:
                retry_after = error.retry_after
                self._give_up(token, error)
            self._failures += 1
            if self._failures > 1 or self._refused is None:
                await asyncio.sleep(backoff(self._failures, retry_after))

    async def _token(self) -> str:
        """What the application gives. Raises Lost where it gives none, and is to be asked again."""
        try:
            return await self._requests.tokens.fresh()
        except Exception as error:
            raise Lost from error

    def _away(self) -> None:
        if self._store.state.status in ("live", "catching-up"):
            self._store.set(status="away")

    def _give_up(self, token: str, error: KanalError) -> None:
        """The service has refused: the token, or to let anybody in for now."""
        if not error.is_about_token:
            self._away()
            return
        self._refused = token, error
        if error.code in ENDS_ACCESS:
            self._place = None
        shown = NO_LIST if self._place is None else {}
        if error.code == "token_expired":
            self._store.set(**shown, status="away")
        else:
            self._store.set(**shown, status="refused", error=error)

    async def _serve(self, token: str) -> None:
        """Connect, join and be live. Raises Lost, KanalError."""
        self._waiting, self._is_doubtful = [], False
        joining: _Joining | None = None
        auth: dict[str, Any] = {"token": token}
        if self._place is not None:
            auth["position"], auth["log"] = self._place
        async with (
            connected(self._requests.base, auth, self._transports) as socket,
            _Beside(socket) as beside,
        ):
            self._unsent = None
            while True:
                match await socket.next():
                    case ("auth-success", success):
                        joining = self._begin(success)
                        beside.run(JOINED, self._join(socket, joining, success, token))
                    case ("joined", _) if joining is not None:
                        self._go_live(joining)
                    case ("certain", _):
                        self._is_doubtful = False
                    case ("failed", error):
                        raise error
                    case ("socket-api-error", error) if error["event"] == "auth":
                        if error["code"] != "access_revoked":
                            raise refusal(error)
                        self._is_doubtful = True
                        beside.run(CERTAIN, self._told(socket, 0))
                    case ("socket-api-error", _):
                        pass  # its acknowledgement says the same
                    case (name, payload):
                        self._hear(Event.of(name, payload))

    def _begin(self, success: Mapping[str, Any]) -> _Joining:
        before = self._store.state
        is_same_user = before.user_id == success["userId"]
        if not (success["recovered"] and is_same_user):
            self._place = None
        shown = {} if is_same_user else NO_LIST
        self._store.set(**shown, status="catching-up", user_id=success["userId"], error=None)
        return _Joining(success["log"], self._store.state.channels)

    async def _join(
        self, socket: Socket, joining: _Joining, success: Mapping[str, Any], token: str
    ) -> None:
        joining.channels, position = joining.shown, success["position"]
        if self._place is None:
            joining.channels, position = await fetch_list(
                self._requests, self._workspace, token=token, log=joining.log, position=position
            )
        joining.reached = await self._told(socket, position)

    async def _told(self, socket: Socket, position: int) -> int:
        """Wait until the socket was told all of the workspace up to a position: how far it is by
        then. Raises KanalError, Lost."""
        attempt = 0
        while True:
            try:
                asked = {"workspaceId": self._workspace, "position": position}
                return int((await socket.call("await-position", asked))["position"])
            except KanalError as error:
                if not error.is_passing:
                    raise
                attempt += 1
                await asyncio.sleep(backoff(attempt, error.retry_after))

    def _go_live(self, joining: _Joining) -> None:
        waiting, self._waiting = self._waiting or [], None
        upto = max([joining.reached, *(event.position for event in waiting)])
        ours = [event for event in waiting if event.workspace_id == self._workspace]
        self._place, self._failures, self._refused = (upto, joining.log), 0, None
        self._store.set(
            status="live",
            channels=as_before(joining.shown, after_events(joining.channels, ours)),
            position=upto,
            log=joining.log,
        )

    def _hear(self, event: Event) -> None:
        if self._waiting is not None:
            self._waiting.append(event)
            return
        is_ours = event.workspace_id == self._workspace
        # What happens elsewhere shows how far this one was told, as long as it is told at all.
        if self._place is not None and (is_ours or not self._is_doubtful):
            self._place = event.position, self._place[1]
        if is_ours:
            channels = after_events(self._store.state.channels, [event])
            self._store.set(channels=channels, position=event.position)


class _Beside:
    """What runs beside the hearing of a socket, and ends with it; how it ended is heard."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "_Beside":
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def run(self, name: str, part: Coroutine[Any, Any, Any]) -> None:
        async def heard() -> None:
            try:
                await part
            except (KanalError, Lost) as error:
                self._socket.put(FAILED, error)
            else:
                self._socket.put(name, None)

        self._tasks.add(asyncio.create_task(heard()))
