"""The catch-up: sends a session what it missed, replay page by replay page, until it is live.

A page is sent in parts, each once the connection's send buffer is below its low-water mark, so a
client is caught up at its own pace. While the last page is sent, what is live is held back; if that
becomes more than may be held, the session has fallen behind and goes on with pages.
"""

import itertools
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from typing import Protocol

from domain.actor import Actor
from domain.event_log import UndecodableEvent
from persistence.database.availability import retrying_while_away
from projections.emissions.emissions import Emission
from transport.delivery.encoding import Outgoing, OutgoingBatch
from transport.delivery.left_out import LeftOut
from transport.delivery.live_delivery import TURN_BYTES, Delivery
from transport.delivery.log_reads import WorkspacePositions
from transport.delivery.replay_pages import PAGE_SIZE, ReplayPage, ReplayPages
from transport.delivery.session import Session
from transport.delivery.session_state import State
from transport.limits.pacing import Pacing
from transport.socketio.packets import Burst

logger = logging.getLogger(__name__)

TURN_SESSIONS = 1
"""Of those that catch up; other tasks, which serve the live ones, get on between two turns."""

TURN_EMISSIONS = 50
"""Of one session."""


class Connections(Protocol):
    """The connections that sessions are of, by their Engine.IO ids."""

    def send(self, eio_sid: str, sent: Burst) -> None:
        """Send behind all that waits; never waits itself."""

    async def wait_until_low(self, eio_sid: str) -> None:
        """Wait until what waits to be sent is below the low-water mark."""

    async def close(self, eio_sid: str) -> None:
        """End a connection after what waits, so that its client reconnects by itself."""


@dataclass(slots=True)
class _Listener:
    """Who catches up."""

    session: Session
    left_out: LeftOut

    @property
    def actor(self) -> Actor:
        """For whom it speaks; a workspace may be lost between two turns of the event loop."""
        assert self.session.actor is not None
        return self.session.actor

    def is_addressed(self, emission: Emission) -> bool:
        """Whether it is in the audience, and was not told before."""
        audience = emission.audience
        return (
            audience.workspace_id in self.actor.roles
            and audience.includes(self.actor.user_id)
            and not self.left_out.told_before.includes(audience.workspace_id, emission.position)
        )

    def may_hear(self, emission: Emission, *, is_visible: bool) -> bool:
        if emission.event == "channel-created":
            kept_back = self.left_out.kept_back
            change = kept_back.discard if is_visible else kept_back.add
            change(emission.channel_id)
        if emission.event == "channel-deleted":
            return emission.channel_id not in self.left_out.kept_back
        return is_visible


class CatchUp:
    """Runs the catching up of sessions."""

    def __init__(
        self,
        delivery: Delivery,
        pages: ReplayPages,
        positions: WorkspacePositions,
        connections: Connections,
    ) -> None:
        self._delivery = delivery
        self._pages = pages
        self._positions = positions
        self._connections = connections
        self._pacing = Pacing(TURN_SESSIONS)

    async def run(self, session: Session) -> None:
        """Bring a session that is catching up from its position to live.

        Where it cannot go on, the connection is closed, and its client reconnects.
        """
        assert session.left_out is not None
        try:
            await self._bring_live(_Listener(session, session.left_out))
        except Exception as error:
            known = isinstance(error, UndecodableEvent)
            logger.error("a session could not catch up: %s", error, exc_info=not known)
            await self._connections.close(session.eio_sid)

    async def _bring_live(self, listener: _Listener) -> None:
        session = listener.session
        await self._delivery.reached(session.position)
        while True:
            goal, workspace_ids = self._delivery.position, list(listener.actor.roles)
            if session.position == goal:
                session.go_live()
                return
            end = min((session.position // PAGE_SIZE + 1) * PAGE_SIZE, goal)
            if end == goal:
                # Without an await since the goal was read: whatever is beyond it is held back.
                session.hold()
            pages = [
                await self._pages.page(
                    workspace_id,
                    session.position,
                    upto=end,
                    changed_at=self._delivery.changed_at(workspace_id),
                )
                for workspace_id in workspace_ids
            ]
            await self._tell(listener, pages, end)
            if session.state is State.HOLDING and not session.fall_behind():
                self._go_live(listener)
                return
            if not any(page.told for page in pages):
                session.advance(await self._before_next(workspace_ids, session.position, goal))

    async def _tell(self, listener: _Listener, pages: Sequence[ReplayPage], end: int) -> None:
        """Tell what the pages hold from the session's place up to `end`."""
        session, user_id = listener.session, listener.actor.user_id
        entries = _in_order(pages, after=session.position, upto=end)
        is_whole = False
        while not is_whole:
            await self._connections.wait_until_low(session.eio_sid)
            await self._pacing.wait_for_turn(user_id)
            part, size = OutgoingBatch(), 0
            for count in itertools.count(1):
                entry = next(entries, None)
                if entry is None:
                    is_whole = True
                    break
                page, outgoing = entry
                emission = outgoing.emission
                if listener.is_addressed(emission) and listener.may_hear(
                    emission, is_visible=page.is_visible(emission.channel_id, user_id)
                ):
                    part.outgoing.append(outgoing)
                    size += outgoing.size
                session.advance(emission.resume_position)
                # Not between two emissions of one event: a session may go on at another node.
                is_last = emission.resume_position == emission.position
                if is_last and (size > TURN_BYTES or count >= TURN_EMISSIONS):
                    break
            self._send(session, part)
        session.advance(end)

    def _go_live(self, listener: _Listener) -> None:
        """Send what was held back; from here on the session is told what is delivered."""
        held = listener.session.go_live()
        heard = (
            each
            for each in held
            if each.emission.audience.workspace_id in listener.actor.roles
            and listener.may_hear(each.emission, is_visible=True)
        )
        self._send(listener.session, OutgoingBatch(heard))

    def _send(self, session: Session, batch: OutgoingBatch) -> None:
        if batch.outgoing:
            self._connections.send(session.eio_sid, batch.bursts[session.offset_suffix])

    async def _before_next(self, workspace_ids: Sequence[str], position: int, goal: int) -> int:
        """The last position before the next event of the workspaces, at most the goal."""
        async for attempt in retrying_while_away():
            with attempt:
                following = await self._positions.next_position(workspace_ids, after=position)
        return goal if following is None else max(position, min(following - 1, goal))


def _in_order(
    pages: Sequence[ReplayPage], *, after: int, upto: int
) -> Iterator[tuple[ReplayPage, Outgoing]]:
    """What several workspaces heard, in the order of positions."""
    for page, outgoing in merge(
        *([(page, outgoing) for outgoing in page.told] for page in pages),
        key=lambda entry: entry[1].emission.position,
    ):
        if after < outgoing.emission.position <= upto:
            yield page, outgoing
