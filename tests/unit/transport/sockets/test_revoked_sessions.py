"""Access taken back while a session is in any of its states, or while its `auth` is being checked:
no moment is between what is known at the doors and what open sockets have."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
import pytest

from domain.access import RevokedAccess
from domain.actor import Actor, Role
from domain.errors import AccessRevoked
from tests.support.catching_up import Resuming, Wires
from tests.support.memory_log import LINEAGE
from tests.support.tokens import SECRET, token
from transport.auth.claims import ClaimRules
from transport.auth.door import Door
from transport.auth.keys import secret_key
from transport.auth.revocations import Revocations
from transport.auth.tokens import TokenVerifier
from transport.delivery.resume_check import ResumeCheck
from transport.delivery.session import Session
from transport.delivery.session_state import State
from transport.limits.limits import Allowances, Limits
from transport.metrics import Metrics
from transport.socketio.packets import Burst, Message
from transport.sockets.authentication import AUTHENTICATED_PER_TURN, Authentication
from transport.sockets.deadlines import Deadlines
from transport.sockets.replies import Replies
from transport.sockets.revoked_sessions import RevokedSessions

BOTH = ("demo", "other")


class Server(Wires):
    """Connections that note what they are sent: each event's name, and the code of an error."""

    def send(self, eio_sid: str, sent: Message | Burst) -> None:
        for message in sent.messages:
            event, argument, *_ = msgspec.json.decode(message.data[1:])
            about = argument["code"] if event == "socket-api-error" else argument
            self.told.append((event, about))

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, Any]] = []

    async def flush(self, eio_sid: str) -> None:
        await asyncio.sleep(0)

    def names(self) -> list[str]:
        return [name for name, _ in self.told]


class Access:
    """A node's sockets on a log in memory, and access that is taken back."""

    def __init__(self) -> None:
        self.resuming = Resuming()
        self.server = self.resuming.wires = Server()
        self.resuming.catch_up._connections = self.server
        self.revocations = Revocations(kept_for=3600)
        self.revocations.load([])
        self.revocations.all_known()
        server: Any = self.server
        replies = Replies(server)
        self.revoked = RevokedSessions(server, self.resuming.sessions, self.revocations, replies)
        limits = Limits(Allowances(), Metrics())
        tokens = TokenVerifier([secret_key(SECRET)], admit=self.revocations.admit_once_known)
        self.authentication = Authentication(
            door=Door(tokens, limits),
            limits=limits,
            revocations=self.revocations,
            metrics=Metrics(),
            sessions=self.resuming.sessions,
            delivery=self.resuming.delivery,
            resume=ResumeCheck(self.resuming.log, self.resuming.delivery, limit=0),
            catch_up=self.resuming.catch_up,
            replies=replies,
            deadlines=Deadlines(server, replies, auth_timeout=3600),
        )

    def take_back(self, workspace_id: str | None = None, user: str = "bob") -> None:
        self.revocations.add(RevokedAccess(user, workspace_id, datetime.now(UTC)))
        self.revoked.revisit(user)

    def session(self, state: State, granted_at: float = 0.0) -> Session:
        """A session of bob's that was told of both workspaces, in a state."""
        session = self.resuming.session(
            Actor("bob", dict.fromkeys(BOTH, Role.USER), granted_at=granted_at)
        )
        session.transaction = "t"
        if state is State.HOLDING:
            session.hold()
        if state is State.LIVE:
            session.go_live()
        return session


@pytest.fixture
def access() -> Access:
    return Access()


every_state = pytest.mark.parametrize("state", [State.CATCHING_UP, State.HOLDING, State.LIVE])


@every_state
async def test_all_of_it_ends_the_session_in_whichever_state(
    access: Access, state: State, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    session = access.session(state)
    access.take_back()
    assert (session.state, session.actor) == (State.EXPIRED, None)
    assert session.may_reconnect
    assert [name for name, _ in access.server.told] == ["socket-api-error", "socket-api-error-t"]
    assert access.server.told[0][1] == "access_revoked"
    while not access.server.closed:
        await asyncio.sleep(0)
    access.take_back()
    assert len(access.server.told) == 2, "it is told once"
    assert "closing a connection of 'bob', whose access was taken back" in caplog.text


@every_state
async def test_one_workspace_leaves_the_session_in_its_state(access: Access, state: State) -> None:
    session = access.session(state)
    for _ in range(2):
        access.take_back("other")
        assert session.state is state
        assert session.actor is not None
        assert session.actor.roles.keys() == {"demo"}
        assert access.server.names() == ["socket-api-error", "socket-api-error-t"]
    assert "'other'" in access.server.told[1][1]
    assert access.server.closed == set()


@every_state
async def test_a_session_by_a_later_token_keeps_what_it_has(access: Access, state: State) -> None:
    session = access.session(state, granted_at=datetime.now(UTC).timestamp() + 60)
    access.take_back()
    access.take_back("other")
    assert session.state is state
    assert access.server.told == []


@pytest.mark.parametrize("workspace_id", [None, "other"])
async def test_what_is_taken_back_while_an_auth_is_being_checked_is_not_granted_by_it(
    access: Access, workspace_id: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its token was good when it was verified; then the log was asked about its claim."""
    await access.resuming.create("missed")
    await access.resuming.deliver()
    session = access.resuming.sessions.open("a")
    count_workspaces = access.resuming.log.count_workspaces

    async def meanwhile(*given: Any, **more: Any) -> int:
        access.take_back(workspace_id)
        return await count_workspaces(*given, **more)

    monkeypatch.setattr(access.resuming.log, "count_workspaces", meanwhile)
    auth = access.authentication.authenticate(session, {"data": token("bob", BOTH), "position": 0})
    if workspace_id is None:
        with pytest.raises(AccessRevoked):
            await auth
        assert (session.state, access.server.told) == (State.CONNECTED, [])
    else:
        await auth
        assert cast(Actor, session.actor).roles.keys() == {"demo"}
        assert access.server.names() == ["auth-success", "socket-api-error"]
    session.close()


async def test_who_comes_back_before_revocations_are_known_is_told_that_nothing_was_missed(
    access: Access,
) -> None:
    """As clients do that were sent away because another epoch of the log had begun."""
    access.revocations.forget()
    session = access.resuming.sessions.open("a")
    kept = {"token": token("bob", BOTH), "recover": True, "pid": LINEAGE.log_id, "offset": "0"}
    greeting = asyncio.create_task(access.authentication.greet(session, kept))
    for _ in range(10):
        await asyncio.sleep(0)
    access.revocations.all_known()
    assert await greeting == {"pid": LINEAGE.log_id}
    session.close()


async def test_those_who_waited_for_the_revocations_are_let_in_one_after_the_other(
    access: Access,
) -> None:
    access.revocations.forget()
    sessions = [access.resuming.sessions.open(f"{number}") for number in range(20)]
    auth = {"data": token("bob", BOTH)}
    coming = [
        asyncio.create_task(access.authentication.authenticate(session, auth))
        for session in sessions
    ]
    for _ in range(3 * len(sessions)):
        await asyncio.sleep(0)
    access.revocations.all_known()
    let_in = [0]
    while let_in[-1] < len(coming):
        await asyncio.sleep(0)
        let_in.append(sum(task.done() for task in coming))
        assert let_in[-1] - let_in[-2] <= AUTHENTICATED_PER_TURN
    for session in sessions:
        session.close()


async def test_a_command_in_flight_is_answered_before_its_connection_is_closed(
    access: Access,
) -> None:
    session = access.session(State.LIVE)
    async with session.lock:
        access.take_back()
        for _ in range(10):
            await asyncio.sleep(0)
        assert access.server.closed == set()
    while not access.server.closed:
        await asyncio.sleep(0)


async def test_who_regains_a_workspace_is_not_told_that_nothing_was_missed(access: Access) -> None:
    session = access.session(State.LIVE)
    access.take_back("other")
    await access.resuming.create("missed", workspace="other")
    await access.resuming.deliver()
    again = await access.authentication.authenticate(session, {"data": token("bob", ("demo",))})
    assert again.recovered
    access.authentication._door._tokens.rules = ClaimRules(leeway=60)
    again = await access.authentication.authenticate(
        session, {"data": token("bob", BOTH, iat=time.time() + 1)}
    )
    assert not again.recovered
    session.close()
