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
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from kanal_client.errors import KanalError
from kanal_client.heard import AuthSuccess, Reached, refusal
from kanal_client.listing import fetch_list
from kanal_client.models import Channel
from kanal_client.reasons import Reasons
from kanal_client.renewal import renewed
from kanal_client.requests import Requests
from kanal_client.socket import FAILED, Lost, NotConnected, Socket, connected
from kanal_client.state import Event, after_events, as_before
from kanal_client.store import Store
from kanal_client.waiting import backoff

ENDS_ACCESS = frozenset({"access_revoked", "forbidden"})
"""What says that the user may see nothing of the workspace any more."""

JOINED, CERTAIN, RENEWED = "joined", "certain", "renewed"
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
        self._reasons = Reasons(requests, workspace, store)
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
        self._token = ""
        """The one that the service was sent last."""
        self._is_renewing = False
        """A fresh token is being put in the place of one that is still good."""
        self._unsent: str | None = None
        """A token for which there was no connection yet."""

    def reconnect(self) -> None:
        """Ask for a token again, where the last one was refused."""
        self._refused, self._unsent, self._failures = None, None, 0
        if self._store.state.status == "refused":
            is_new = self._store.state.log is None
            self._store.set(status="connecting" if is_new else "away", reason=None)
        self._may_ask.set()

    async def run(self) -> None:
        """For ever. Raises what is a fault of this client."""
        while True:
            self._may_ask.clear()
            retry_after = None
            try:
                self._token = self._unsent or await self._reasons.fresh_token()
                if self._refused is not None and self._token == self._refused[0]:
                    self._store.set(status="refused", reason=self._refused[1])
                    await self._may_ask.wait()
                    continue
                self._unsent = self._token
                await self._serve()
            except NotConnected:
                await self._reasons.unconnected()
            except Lost:
                self._away(KanalError("unreachable", "the connection to the service is lost"))
            except KanalError as error:
                retry_after = error.retry_after
                self._give_up(error)
            self._failures += 1
            if self._failures > 1 or self._refused is None:
                await asyncio.sleep(backoff(self._failures, retry_after))

    def _away(self, reason: KanalError) -> None:
        if self._store.state.status in ("live", "catching-up"):
            self._store.set(status="away", reason=reason)
        else:
            self._reasons.show(reason)

    def _give_up(self, error: KanalError) -> None:
        """The application has no token; or the service has refused it, or to let anybody in for
        now."""
        if not error.is_about_token:
            self._away(error)
            return
        self._refused = self._token, error
        if error.code in ENDS_ACCESS:
            self._place = None
        shown = NO_LIST if self._place is None else {}
        if error.code == "token_expired":
            self._store.set(**shown, status="away", reason=error)
        else:
            self._store.set(**shown, status="refused", reason=error)

    async def _serve(self) -> None:
        """Connect, join and be live. Raises Lost, KanalError."""
        self._waiting, self._is_doubtful, self._is_renewing = [], False, False
        joining, renews = None, False
        auth = {"token": self._token, **self._claim()}
        async with (
            connected(self._requests.base, auth, self._transports) as socket,
            _Beside(socket) as beside,
        ):
            self._unsent = None
            self._reasons.connected()
            while True:
                match await socket.next():
                    case ("auth-success", success) if self._is_joined(success):
                        beside.run(CERTAIN, self._told(socket, success.position))
                    case ("auth-success", success):
                        joining = self._begin(success)
                        beside.run(JOINED, self._join(socket, joining, success))
                    case ("joined", joined) if joining is not None and joined is joining:
                        self._go_live(joining)
                        if not renews:
                            beside.run(RENEWED, self._renew(socket))
                        renews = True
                    case ("certain", _):
                        self._is_doubtful = False
                    case ("failed", error):
                        raise error
                    case ("socket-api-error", error) if error.event == "auth":
                        self._hear_refusal(refusal(error))
                        if self._is_doubtful:
                            beside.run(CERTAIN, self._told(socket, 0))
                    case ("socket-api-error" | "joined" | "renewed", _):
                        pass  # an acknowledgement says the same; another joining has begun
                    case (_, event):
                        self._hear(event)

    def _claim(self) -> dict[str, Any]:
        """What an `auth` says that the state reflects."""
        if self._place is None:
            return {}
        position, log = self._place
        return {"position": position, "log": log}

    def _hear_refusal(self, error: KanalError) -> None:
        """Raises the refusal of the connection's token."""
        if error.code == "access_revoked":
            self._is_doubtful = True
        elif not self._is_renewing:
            raise error
        elif error.code == "token_expired":  # what was told ends here, and goes on with the next
            self._waiting = self._waiting or []
            self._away(error)

    async def _renew(self, socket: Socket) -> None:
        """Put a fresh token in the place of each that is about to run out. One that is refused
        changes nothing. Raises Lost; KanalError where the one before has run out meanwhile."""
        while (fresh := await renewed(self._requests.tokens, self._token)) is not None:
            before, self._token, self._is_renewing = self._token, fresh, True
            try:
                await socket.call("auth", {"data": fresh, **self._claim()}, dict)
            except KanalError:
                self._token = before
                if self._waiting is not None:
                    raise
            finally:
                self._is_renewing = False

    def _is_joined(self, success: AuthSuccess) -> bool:
        """Whether the state, which is live, goes on as it is where that was answered."""
        return (
            self._waiting is None
            and self._place is not None
            and self._store.state.user_id == success.user_id
            and success.recovered
            and self._place[0] <= success.position
            and self._place[1] == success.log
        )

    def _begin(self, success: AuthSuccess) -> _Joining:
        before = self._store.state
        is_same_user = before.user_id == success.user_id
        resumes = success.recovered and is_same_user and self._place is not None
        if not resumes:
            self._place = None
        # A connection tells nothing twice: what has waited since it began still counts.
        self._waiting = (self._waiting or []) if resumes else []
        shown = {} if is_same_user else NO_LIST
        self._store.set(**shown, status="catching-up", user_id=success.user_id, reason=None)
        return _Joining(success.log, self._store.state.channels)

    async def _join(self, socket: Socket, joining: _Joining, success: AuthSuccess) -> _Joining:
        joining.channels, position = joining.shown, success.position
        if self._place is None:
            joining.channels, position = await fetch_list(
                self._requests,
                self._workspace,
                token=self._token,
                log=joining.log,
                position=position,
                on_repeat=self._reasons.show,
            )
        joining.reached = await self._told(socket, position)
        return joining

    async def _told(self, socket: Socket, position: int) -> int:
        """Wait until the socket was told all of the workspace up to a position: how far it is by
        then. Raises KanalError, Lost."""
        attempt = 0
        while True:
            try:
                asked = {"workspaceId": self._workspace, "position": position}
                return (await socket.call("await-position", asked, Reached)).position
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
            reason=None,
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
                self._socket.put(name, await part)
            except Exception as error:  # whatever it is: who hears it decides
                self._socket.put(FAILED, error)

        self._tasks.add(asyncio.create_task(heard()))
