"""One node of the service without its transport: log, wake-up and commands, open and running."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager

from domain.channel_repository import ChannelRepository
from domain.commands import ChannelCommands
from domain.event_log import RecordedEvent
from domain.queries import ChannelQueries
from persistence.database.pool import Database
from persistence.log.append_queue import AppendQueue
from persistence.log.epoch_check import EpochChange, EpochCheck
from persistence.log.log_source import LogSource
from persistence.log.mapper import create_mapper
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stored_events import StoredEvents
from persistence.log.subscription import Subscription
from persistence.log.wakeup import Wakeup
from persistence.read_models.models import ServedModel
from projections.channel_list.projection import ChannelListProjection
from projections.channel_list.reader import ChannelList
from projections.running.projection import Projection
from projections.running.runner import ProjectionRunner
from projections.snapshots import ChannelSnapshots
from projections.views.past_channels import PastChannels
from tests.support.background import eventually, running
from tests.support.clients import PATIENCE


class Node:
    """The parts of a node, wired as the service wires them; `changes` are the epochs that went on
    in the place of the one that it followed."""

    def __init__(self, database_url: str, *, serves: bool = True) -> None:
        """One that does not serve reads the log, and begins no epoch of it."""
        self.changes: list[EpochChange] = []
        self.epochs = EpochCheck(self.changes.append)
        self.database = Database(database_url, check=self.epochs if serves else None)
        self.source = LogSource()
        self.wakeup = Wakeup(self.database, source=self.source)
        self.queue = AppendQueue(self.database, self.wakeup, self.epochs)
        self.stored = StoredEvents(self.database, ServedModel.of(ChannelSnapshots))
        self.log = PostgresEventLog(
            self.queue, self.stored, create_mapper(), self.epochs, self.source
        )
        self.queries = ChannelQueries(self.log, ChannelRepository(self.log))
        self.commands = ChannelCommands(self.log, self.queries)
        self.channels = ChannelList(self.database, self.wakeup)
        self.past = PastChannels(self.log, self.stored)

    def subscription(self, after: int = 0, page_size: int = 500) -> Subscription[RecordedEvent]:
        return Subscription(self.log.read_all, self.wakeup, after=after, page_size=page_size)

    def runner(self, projection: Projection | None = None) -> ProjectionRunner:
        """A runner of the channel list, unless a test has another projection."""
        return ProjectionRunner(
            self.database, self.log, self.wakeup, projection or ChannelListProjection()
        )

    async def whole_log(self) -> list[RecordedEvent]:
        """The log as it is stored, whatever this node remembers of it."""
        log = PostgresEventLog(self.queue, self.stored, create_mapper())
        return await log.read_all(after=0, limit=1_000_000)

    async def list_reached(self, position: int) -> None:
        """Wait until the channel list is there."""
        async with asyncio.timeout(PATIENCE):
            await self.channels.wait_for(position)

    async def is_listening(self) -> bool:
        return self.wakeup.is_listening


@asynccontextmanager
async def open_node(database_url: str, *, serves: bool = True) -> AsyncIterator[Node]:
    """A node that appends, and listens already."""
    node = Node(database_url, serves=serves)
    await node.database.open()
    try:
        async with running(node.queue.run(), node.wakeup.run()):
            await eventually(node.is_listening)
            yield node
    finally:
        await node.database.close()


async def read_until(
    subscription: Subscription[RecordedEvent], position: int
) -> list[Sequence[RecordedEvent]]:
    """The pages that the subscription yields until it is at the position."""
    pages = []
    async with aclosing(subscription.pages()) as following:  # type: ignore[type-var]
        async for page in following:
            pages.append(page)
            if subscription.position >= position:
                break
    return pages


def positions(pages: Sequence[Sequence[RecordedEvent]]) -> list[int]:
    return [recorded.position for page in pages for recorded in page]
