"""What is said to have become of an event is what became of it: random stories, of which every
connection's wire is compared with what an operator is told."""

from random import Random
from typing import Any
from uuid import UUID

import pytest

from domain.actor import Actor, Cause, Role
from domain.channel import CHANNEL_TOPICS
from domain.channel_fields import ChannelPatch
from domain.channel_repository import fold_changes
from domain.errors import DomainError
from domain.queries import ChannelRef
from projections.emissions.emissions import emissions_of
from projections.views.channel_past import ChannelPast
from tests.support.catching_up import Resuming
from tests.support.creation import ALICE
from tests.support.memory_log import MemoryLog
from transport.delivery.past_sessions import End
from transport.delivery.resume_check import ResumeCheck
from transport.delivery.session import Session
from transport.operator.all_nodes import AllNodes
from transport.operator.answers.concerned import Concerned, Outcome, Verdict
from transport.operator.audiences import Asked, Audiences
from transport.operator.own_connections import OwnConnections
from transport.operator.questions import Question, Reply, WhoWasTold
from transport.operator.returning import Returning
from transport.socketio.elsewhere import Answer, NodeGone

BY_ALICE = Cause(ALICE, "a request")
BOB = Actor("bob", {"demo": Role.USER})

SENT = {Outcome.LIVE, Outcome.CAUGHT_UP}


class Versions:
    """Of a log in memory."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    async def version_at(self, stream_id: UUID, position: int) -> int:
        upto = self._log.events[:position]
        found = [each.event for each in upto if each.event.originator_id == stream_id]
        return found[-1].originator_version if found else 0


class Alone:
    """The links of the only node."""

    gone_upto = 0

    async def ids(self) -> list[str]:
        return []

    async def ask(self, operation: str, sid: str, query: str = "", body: bytes = b"") -> Answer:
        raise NodeGone


class Idle:
    """Transports for which nothing waits."""

    def transport_of(self, eio_sid: str) -> tuple[str, int]:
        return "websocket", 0

    async def close(self, eio_sid: str) -> None: ...


class Story:
    """Channels of alice's, and bob, who comes and goes."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.resuming = Resuming()
        self.refs: list[ChannelRef] = []
        self.session: Session | None = None
        self.seen = 0
        log, delivery = self.resuming.log, self.resuming.delivery
        self.past = ChannelPast(log, Versions(log), self.resuming.channels)
        self.connections = OwnConnections("node", self.resuming.sessions, Idle())
        resume = ResumeCheck(log, delivery, limit=10_000)
        self.audiences = Audiences(
            self.past,
            AllNodes("node", Alone(), self._answer),
            delivery,
            Returning(self.resuming.channels, self.past, delivery, resume),
        )

    async def _answer(self, question: Question) -> Reply:
        assert isinstance(question, WhoWasTold)
        return await self.connections.told(question)

    async def step(self) -> None:
        """Something happens."""
        does = [self.create, *[self.change] * 5, *[self.deliver] * 3, self.come, self.go]
        await self.random.choice(does)()

    async def create(self) -> None:
        number = len(self.refs)
        is_private = self.random.random() < 0.5
        self.refs.append(await self.resuming.create(f"channel {number}", is_private=is_private))

    async def change(self) -> None:
        if not self.refs:
            return
        ref, commands = self.random.choice(self.refs), self.resuming.commands
        try:
            match self.random.randrange(6):
                case 0:
                    patch = ChannelPatch(description=str(self.random.random()))
                    await commands.update_channel(BY_ALICE, ref, patch)
                case 1:
                    patch = ChannelPatch(is_private=self.random.random() < 0.5)
                    await commands.update_channel(BY_ALICE, ref, patch)
                case 2 | 3:
                    await commands.add_member(BY_ALICE, ref, "bob", None)
                case 4:
                    await commands.remove_member(BY_ALICE, ref, "bob")
                case _ if self.random.random() < 0.2:
                    await commands.delete_channel(BY_ALICE, ref)
        except DomainError:
            pass  # it is deleted, or public

    async def deliver(self) -> None:
        await self.resuming.deliver()

    async def come(self) -> None:
        """Bob connects, or authenticates again, with what he has seen or as for the first time."""
        delivery = self.resuming.delivery
        if self.session is None:
            name = f"connection {len(self.resuming.sessions.past)} {self.random.random()}"
            self.session = self.resuming.sessions.open(name)
        told = self.session.told
        resumes = self.random.random() < 0.7 and self.seen <= delivery.position
        start = self.seen if resumes else delivery.position
        if told.user_id == "bob" and told.includes_all(BOB.roles, start):
            start = told.upto
        self.session.authenticate(BOB, start, has_resumed=resumes)
        left_out = self.session.left_out
        assert left_out is not None
        await self.resuming.bring_live(self.session, left_out.told_before)

    async def go(self) -> None:
        if self.session is not None:
            if self.random.random() < 0.3:
                self.session.expire(End.EXPIRED)
                self.seen = max(self.seen, self.session.told.upto)
                return
            self.seen = max(self.seen, self.session.told.upto)
            self.resuming.sessions.close(self.session.eio_sid)
            self.session = None

    async def told_of(self, position: int) -> tuple[bool, Concerned]:
        """Whether bob was to hear the event there, and what is said to have become of it."""
        recorded = self.resuming.log.events[position - 1]
        event: Any = recorded.event
        before = await self.resuming.channels.as_of(
            event.originator_id, event.originator_version - 1
        )
        (change,) = fold_changes(before, [recorded])
        emissions = emissions_of(change)
        page = await self.audiences.page(change, emissions, Asked("bob", 50, ""))
        (concerned,) = page.concerned
        return any(each.audience.includes("bob") for each in emissions), concerned

    def wires(self, position: int) -> set[str]:
        """The connections over which something of a position was sent."""
        return {
            eio_sid
            for eio_sid, sent in self.resuming.wires.sent.items()
            if position in {each for _, each in sent}
        }


async def a_story(seed: int) -> Story:
    story = Story(seed)
    for _ in range(40):
        await story.step()
    await story.deliver()
    return story


def changes_in(story: Story) -> list[int]:
    """The positions at which a channel changed."""
    events = story.resuming.log.events
    return [each.position for each in events if each.topic in CHANNEL_TOPICS]


@pytest.mark.parametrize("seed", range(100))
async def test_what_is_said_to_be_sent_was_sent_and_nothing_else(seed: int) -> None:
    story = await a_story(seed)
    for position in changes_in(story):
        is_concerned, concerned = await story.told_of(position)
        assert concerned.connection_count == len(concerned.connections)
        said = {each.id for each in concerned.connections if each.outcome in SENT}
        if is_concerned:
            assert said == story.wires(position), (seed, position)
            assert (concerned.verdict is Verdict.SENT) == bool(said)
        else:
            assert concerned.verdict is Verdict.NOT_CONCERNED
            assert concerned.because is not None
            assert story.wires(position) == set()


@pytest.mark.parametrize("seed", range(100))
async def test_who_was_away_comes_back_and_is_told_what_was_said_and_nothing_else(
    seed: int,
) -> None:
    story = await a_story(seed)
    if story.session is not None:
        story.resuming.sessions.close(story.session.eio_sid)
    about = {position: (await story.told_of(position))[1] for position in changes_in(story)}
    missed = {position: each.away for position, each in about.items() if each.away is not None}
    for away in missed.values():
        assert away.recovered and away.because is None
    session = story.resuming.sessions.open("back again")
    session.authenticate(BOB, min((each.since for each in missed.values()), default=0))
    await story.resuming.bring_live(session)
    told = {position for position in missed if "back again" in story.wires(position)}
    assert told == {position for position, away in missed.items() if away.will_hear}
