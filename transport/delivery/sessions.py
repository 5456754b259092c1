"""Sessions: who each connection speaks for, and who in a workspace can be spoken to.

A session enters the index only with its `auth-success`, so whatever looks for listeners there
finds none that has not shown its right.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from domain.actor import Actor
from domain.visibility import Audience
from transport.delivery.encoding import Outgoing
from transport.delivery.progress import NOTHING_TOLD, Claim, Told


class Held:
    """What is live and has to wait, as long as it is not more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.outgoing: list[Outgoing] = []
        self.is_too_much = False
        self._limit = limit
        self._size = 0

    def add(self, outgoing: Sequence[Outgoing]) -> None:
        self._size += sum(each.size for each in outgoing)
        if self._size > self._limit:
            self.is_too_much = True
            self.outgoing.clear()
        if not self.is_too_much:
            self.outgoing += outgoing


@dataclass(slots=True, eq=False)
class Session:
    """One connection. `actor` is None until it has authenticated, and again when that expires."""

    eio_sid: str
    actor: Actor | None = None
    transaction: str | None = None
    """The transaction of the latest `auth`, for the error that tells of its expiry."""
    timer: asyncio.TimerHandle | None = None
    """Runs out when the connection must have authenticated, or when its token expires."""
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Events of one connection are served in the order of their arrival."""
    may_return: bool = False
    """Whether its client may come back by itself if it does not authenticate in time."""
    offset_suffix: str | None = None
    """What follows the position in the offsets that it is sent; None where its client takes no part
    in connection state recovery."""
    kept_offset: str = ""
    """The offset that its client came with."""
    claim: Claim | None = None
    """What the client said in its handshake that it had seen."""
    can_resume: bool | None = None
    """Whether all beyond its claim will be told, where the answer to CONNECT has said so."""
    told: Told = NOTHING_TOLD
    """What this connection had been told when it last authenticated, or was silenced."""
    place: int = 0
    """Where it stands in the log while it is not level with the delivery."""
    is_listening: bool = False
    held: Held | None = None
    """What is live, while the session listens and is still told what it missed."""
    catching_up: asyncio.Task[None] | None = None

    @property
    def is_level(self) -> bool:
        """Whether it has been told all that has been delivered."""
        return self.is_listening and self.held is None

    def set_timer(self, timer: asyncio.TimerHandle | None) -> None:
        if self.timer is not None:
            self.timer.cancel()
        self.timer = timer


class Sessions:
    """All connections of this node, and those that listen, by workspace and user.

    For one session, `most_held` bytes may be held; beyond it, it is told from the log instead.
    """

    def __init__(self, *, most_held: int) -> None:
        self._most_held = most_held
        self._by_eio_sid: dict[str, Session] = {}
        self._listening: dict[str, dict[str, set[Session]]] = {}

    def __getitem__(self, eio_sid: str) -> Session:
        return self._by_eio_sid[eio_sid]

    def get(self, eio_sid: str) -> Session | None:
        return self._by_eio_sid.get(eio_sid)

    def __iter__(self) -> Iterator[Session]:
        return iter(self._by_eio_sid.values())

    def __len__(self) -> int:
        return len(self._by_eio_sid)

    def open(self, eio_sid: str) -> Session:
        session = self._by_eio_sid[eio_sid] = Session(eio_sid)
        return session

    def close(self, eio_sid: str) -> bool:
        """Forget a connection; whether it was open."""
        session = self._by_eio_sid.pop(eio_sid, None)
        if session is not None:
            self.silence(session)
            session.set_timer(None)
        return session is not None

    def is_open(self, session: Session) -> bool:
        return self._by_eio_sid.get(session.eio_sid) is session

    def listen(self, session: Session, actor: Actor, *, holding: bool = False) -> None:
        """Let the session hear what the actor may hear, in place of whoever it was before.

        With `holding` it is not sent yet, but held.
        """
        self.stop_listening(session)
        session.actor = actor
        session.is_listening = True
        session.held = Held(self._most_held) if holding else None
        for workspace_id in actor.roles:
            users = self._listening.setdefault(workspace_id, {})
            users.setdefault(actor.user_id, set()).add(session)

    def silence(self, session: Session) -> None:
        """Let the session hear nothing more, and speak for nobody."""
        if session.catching_up is not None:
            session.catching_up.cancel()
            session.catching_up = None
        self.stop_listening(session)
        session.actor = None

    def stop_listening(self, session: Session) -> None:
        """Let the session hear nothing of what is live."""
        if not session.is_listening:
            return
        session.is_listening = False
        session.held = None
        actor = session.actor
        for workspace_id in actor.roles if actor is not None else ():
            users = self._listening[workspace_id]
            users[actor.user_id].discard(session)  # type: ignore[union-attr]
            if not users[actor.user_id]:  # type: ignore[union-attr]
                del users[actor.user_id]  # type: ignore[union-attr]
            if not users:
                del self._listening[workspace_id]

    def has_listeners(self, workspace_id: str | None) -> bool:
        """Whether anybody in a workspace can be spoken to."""
        return workspace_id in self._listening

    def audience(self, audience: Audience) -> Iterator[Session]:
        """The listening sessions of an audience."""
        users = self._listening.get(audience.workspace_id, {})
        if audience.only is None:
            for user_id, sessions in users.items():
                if user_id not in audience.without:
                    yield from sessions
        else:
            fewer, more = sorted((audience.only, users.keys()), key=len)
            for user_id in fewer:
                if user_id in more:
                    yield from users[user_id]
