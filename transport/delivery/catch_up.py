"""Catching up: tells a session what it missed, page by page at its own pace, then lets it live on.

    behind → pages up to the delivery's position, while what is live is held → held is sent → level

What is held is bounded: a session that falls behind again meanwhile goes on with pages.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from uuid import UUID

from domain.actor import Actor
from domain.event_log import UndecodableEvent
from persistence.database.availability import retrying_while_away
from persistence.log.stored_events import StoredEvents
from projections.emissions.emissions import Emission
from transport.delivery.encoding import Outgoing, Run
from transport.delivery.live import TURN_BYTES, Delivery
from transport.delivery.progress import Told
from transport.delivery.replay_pages import RANGE, ReplayPage, ReplayPages
from transport.delivery.sessions import Session, Sessions
from transport.pacing import Turns
from transport.socketio.server import SocketServer

logger = logging.getLogger(__name__)

TELLING_AT_ONCE = 8
"""Sessions that are told a part of a page in one turn of the loop; the live ones come between."""

PART = 50
"""Emissions that a session is told in one turn of the loop."""


@dataclass(slots=True)
class _Listener:
    """Who catches up. `kept_back` are the channels whose appearance was not told, since the user
    may not see them now: that they disappear is then not told either."""

    session: Session
    actor: Actor
    told_before: Told
    kept_back: set[UUID] = field(default_factory=set)

    def may_hear(self, emission: Emission, *, is_visible: bool) -> bool:
        if emission.event == "channel-created":
            change = self.kept_back.discard if is_visible else self.kept_back.add
            change(emission.channel_id)
        if emission.event == "channel-deleted":
            return emission.channel_id not in self.kept_back
        return is_visible


class CatchUp:
    """Runs the catching up of sessions."""

    def __init__(
        self,
        sessions: Sessions,
        delivery: Delivery,
        pages: ReplayPages[Outgoing],
        stored: StoredEvents,
        server: SocketServer,
    ) -> None:
        self._sessions = sessions
        self._delivery = delivery
        self._pages = pages
        self._stored = stored
        self._server = server
        self._turns = Turns(TELLING_AT_ONCE)

    async def run(self, session: Session, actor: Actor, told_before: Told) -> None:
        """Bring a session, which speaks for the actor, from its place to level.

        Of what lies beyond its place, it leaves out what this connection was told before. Where it
        cannot go on, the connection is closed, and its client comes back.
        """
        try:
            await self._bring_level(session, actor, _Listener(session, actor, told_before))
        except Exception as error:
            known = isinstance(error, UndecodableEvent)
            logger.error("a session could not catch up: %s", error, exc_info=not known)
            await self._server.close(session.eio_sid, may_return=True)

    async def _bring_level(self, session: Session, actor: Actor, listener: _Listener) -> None:
        await self._delivery.reached(session.place)
        while True:
            goal = self._delivery.position
            if session.place == goal:
                self._sessions.listen(session, actor)
                return
            end = min((session.place // RANGE + 1) * RANGE, goal)
            if end == goal:
                # Without an await since the goal was read: what comes beyond it is held.
                self._sessions.listen(session, actor, holding=True)
            pages = [
                await self._pages.page(
                    workspace_id,
                    session.place,
                    upto=end,
                    changed_at=self._delivery.changed_at(workspace_id),
                )
                for workspace_id in actor.roles
            ]
            await self._tell(listener, pages, end)
            if session.held is not None and not session.held.is_too_much:
                self._let_go(listener, session.held.outgoing)
                return
            self._sessions.stop_listening(session)
            if not any(page.told for page in pages):
                session.place = await self._before_next(actor, session.place, goal)

    async def _tell(
        self, listener: _Listener, pages: Sequence[ReplayPage[Outgoing]], end: int
    ) -> None:
        """Tell what the pages hold from the session's place up to `end`."""
        session, user_id = listener.session, listener.actor.user_id
        entries = _in_order(pages, after=session.place, upto=end)
        is_whole = False
        while not is_whole:
            await self._server.room(session.eio_sid)
            await self._turns.come()
            part, size = Run(), 0
            for _ in range(PART):
                entry = next(entries, None)
                if entry is None:
                    is_whole = True
                    break
                page, outgoing = entry
                emission = outgoing.emission
                if (
                    emission.audience.includes(user_id)
                    and not listener.told_before.includes(
                        emission.audience.workspace_id, emission.position
                    )
                    and listener.may_hear(
                        emission, is_visible=page.is_visible(emission.channel_id, user_id)
                    )
                ):
                    part.outgoing.append(outgoing)
                    size += outgoing.size
                session.place = emission.resume_position
                if size > TURN_BYTES:
                    break
            self._send(session, part)
        session.place = end

    def _let_go(self, listener: _Listener, held: Sequence[Outgoing]) -> None:
        """Send what was held; from here on the session hears what is delivered."""
        heard = (each for each in held if listener.may_hear(each.emission, is_visible=True))
        self._send(listener.session, Run(heard))
        listener.session.held = None

    def _send(self, session: Session, run: Run) -> None:
        if run.outgoing:
            self._server.send(session.eio_sid, run.form(session.offset_suffix))

    async def _before_next(self, actor: Actor, place: int, goal: int) -> int:
        """The last position before the next event of the actor's workspaces, at most the goal."""
        async for attempt in retrying_while_away():
            with attempt:
                following = await self._stored.next_position(list(actor.roles), after=place)
        return goal if following is None else max(place, min(following - 1, goal))


def _in_order(
    pages: Sequence[ReplayPage[Outgoing]], *, after: int, upto: int
) -> Iterator[tuple[ReplayPage[Outgoing], Outgoing]]:
    """What several workspaces heard, in the order of positions."""
    for page, outgoing in merge(
        *([(page, outgoing) for outgoing in page.told] for page in pages),
        key=lambda entry: entry[1].emission.position,
    ):
        if after < outgoing.emission.position <= upto:
            yield page, outgoing
