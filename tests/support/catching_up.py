"""A node's delivery on a log in memory, and what each connection was sent: for resuming."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from domain.actor import Actor
from domain.channel_repository import ChannelRepository
from domain.commands import ChannelCommands
from domain.queries import ChannelQueries, ChannelRef
from projections.emissions.change_reader import ChangeReader
from tests.support.creation import ALICE, create
from tests.support.memory_log import LINEAGE, MemoryLog
from tests.support.one_page import OnePage
from transport.delivery.catch_up import CatchUp
from transport.delivery.claims import NOTHING_TOLD, Told
from transport.delivery.left_out import LeftOut
from transport.delivery.live_delivery import Delivery
from transport.delivery.replay_pages import ReplayPages
from transport.delivery.session import Session
from transport.delivery.sessions import Sessions
from transport.socketio.packets import Burst, Message


class Wires:
    """Connections that note what they are sent: each event's name and position."""

    def __init__(self) -> None:
        self.sent: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.closed: set[str] = set()
        self.before_low: Callable[[], Awaitable[None]] | None = None

    def send(self, eio_sid: str, sent: Message | Burst) -> None:
        for message in sent.messages:
            event, payload, *_ = msgspec.json.decode(message.data[1:])
            self.sent[eio_sid].append((event, payload["position"]))

    async def wait_until_low(self, eio_sid: str) -> None:
        await asyncio.sleep(0)
        if self.before_low is not None:
            await self.before_low()

    async def close(self, eio_sid: str) -> None:
        self.closed.add(eio_sid)


class Resuming:
    """Sessions that catch up on a log, whose events are delivered when the test says so."""

    def __init__(self, *, hold_limit: int = 1_000_000, log: MemoryLog | None = None) -> None:
        self.log = log or MemoryLog()
        self.channels = ChannelRepository(self.log)
        self.commands = ChannelCommands(self.log, ChannelQueries(self.log, self.channels))
        self.sessions = Sessions(hold_limit=hold_limit)
        self.wires = Wires()
        self.pages = ReplayPages(self.log, ChangeReader(self.channels))
        self.delivery = Delivery(ChangeReader(self.channels), self.sessions, self.wires.send)
        self.catch_up = CatchUp(self.delivery, self.pages, self.log, self.wires)
        self.delivery.begin(LINEAGE, 0)

    async def create(self, name: str, *, workspace: str = "demo", **body: Any) -> ChannelRef:
        made = await create(self.commands, name, workspace_id=workspace, **body)
        return ChannelRef(workspace, made.at.channel.id)

    async def deliver(self) -> None:
        """Deliver all that the log has and that is not delivered yet."""
        await self.delivery.run(OnePage(self.log.events[self.delivery.position :]))

    def session(self, actor: Actor = ALICE, *, after: int = 0, name: str = "a") -> Session:
        """A session whose client has seen the log up to a position, and which catches up."""
        session = self.sessions.open(name)
        session.authenticate(actor, after)
        return session

    async def bring_live(self, session: Session, told_before: Told = NOTHING_TOLD) -> None:
        session.left_out = LeftOut(told_before)
        await self.catch_up.run(session)
