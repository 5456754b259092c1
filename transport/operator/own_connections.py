"""The connections of this node, open and ended, as other nodes and operators are told of them.

There may be a hundred thousand, so all are gone through a part at a time, and other tasks get on in
between.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator, Iterable, Set
from typing import Protocol, TypeVar

from transport.delivery.past_sessions import End, PastSession
from transport.delivery.session import Session
from transport.delivery.sessions import Sessions
from transport.operator.answers.connections import SHOWN_WORKSPACES, OpenConnection
from transport.operator.moments import moment
from transport.operator.questions import (
    Connected,
    ToldConnection,
    WhoIsConnected,
    WhoWasTold,
)
from transport.operator.questions import Told as ToldReply

TURN = 2_000
"""Sessions that are looked at in one turn of the event loop."""

T = TypeVar("T")


class Transports(Protocol):
    """The connections below the sessions, by their Engine.IO ids."""

    def transport_of(self, eio_sid: str) -> tuple[str, int]:
        """The name of its transport, and the bytes that wait to be sent."""
        ...

    async def close(self, eio_sid: str) -> None:
        """End it after what waits, so that its client comes back by itself."""


class OwnConnections:
    """Tells of the sessions of this node."""

    def __init__(self, node_id: str, sessions: Sessions, transports: Transports) -> None:
        self._node_id = node_id
        self._sessions = sessions
        self._transports = transports

    async def connected(self, asked: WhoIsConnected) -> Connected:
        """The open ones."""
        of_all: Iterable[Session] = self._sessions
        if asked.user_id is not None:
            found = self._sessions.listeners.of_user(asked.user_id)
            of_all = sorted(found, key=lambda session: session.number)
        connections: list[tuple[int, OpenConnection]] = []
        async for session in _in_turns(of_all):
            actor = session.actor
            if session.number <= asked.after or not session.is_open:
                continue
            if asked.workspace_id is not None and (
                actor is None or asked.workspace_id not in actor.roles
            ):
                continue
            if len(connections) == asked.limit:
                return Connected(connections, is_more=True)
            connections.append((session.number, self._open(session)))
        return Connected(connections, is_more=False)

    async def told(self, asked: WhoWasTold) -> ToldReply:
        """What those were told who are asked about, and others of the workspace."""
        past, log_id = self._sessions.past, self._sessions.past.log_id
        wanted, others = set(asked.users), set[str]()
        if asked.others:
            async for user_id, workspaces in self._speakers():
                if asked.workspace_id in workspaces and user_id > asked.after_user:
                    others.add(user_id)
            wanted.update(heapq.nsmallest(asked.others, others))
        found = [
            ToldConnection(
                id=session.eio_sid,
                user_id=user_id,
                workspaces=dict(session.begins),
                upto=session.position,
                live_from=session.live_from,
                log=log_id,
                has_resumed=session.has_resumed,
                transport=name,
                waiting_bytes=waiting,
            )
            for user_id in sorted(wanted)
            for session in self._sessions.listeners.of_user(user_id)
            for name, waiting in [self._transports.transport_of(session.eio_sid)]
        ]
        async for ended in _in_turns(past):
            if ended.told.user_id in wanted:
                found.append(_ended(ended))
        return ToldReply(found, past.beyond, past.since, past.has_forgotten)

    async def let_go(self, eio_sid: str) -> bool:
        """End a connection; whether there was one."""
        session = self._sessions.get(eio_sid)
        if session is None:
            return False
        session.ends_with = End.LET_GO
        await self._transports.close(eio_sid)
        return True

    async def _speakers(self) -> AsyncIterator[tuple[str, Set[str]]]:
        """All users that sessions have spoken for, with their workspaces."""
        async for session in _in_turns(self._sessions):
            if session.actor is not None:
                yield session.actor.user_id, session.actor.roles.keys()
        async for ended in _in_turns(self._sessions.past):
            yield ended.told.user_id, ended.told.since.keys()

    def _open(self, session: Session) -> OpenConnection:
        actor = session.actor
        workspaces = [] if actor is None else sorted(actor.roles)
        name, waiting = self._transports.transport_of(session.eio_sid)
        return OpenConnection(
            id=session.eio_sid,
            node_id=self._node_id,
            user_id=None if actor is None else actor.user_id,
            workspaces=workspaces[:SHOWN_WORKSPACES],
            workspace_count=len(workspaces),
            state=session.state.value,
            transport=name,
            address=session.address,
            since=moment(session.since),
            expires_at=None if actor is None else moment(session.expires_at),
            position=session.position,
            waiting_bytes=waiting,
            recovers=session.offset_suffix is not None,
        )


def _ended(ended: PastSession) -> ToldConnection:
    return ToldConnection(
        id=ended.eio_sid,
        user_id=ended.told.user_id,
        workspaces=dict(ended.told.since),
        upto=ended.told.upto,
        live_from=ended.live_from,
        log=ended.log_id,
        has_resumed=ended.has_resumed,
        ended_at=ended.ended_at,
        ended=ended.why,
    )


async def _in_turns(all_of: Iterable[T]) -> AsyncIterator[T]:
    for number, each in enumerate(all_of, 1):
        yield each
        if number % TURN == 0:
            await asyncio.sleep(0)
