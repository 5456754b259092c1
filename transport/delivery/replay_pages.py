"""Replay pages: what a workspace heard in a range of positions, read from the log for the catch-up.

A page is made once and shared by all sessions that ask for it. Beside the emissions it keeps their
channels as they are now, since a session is told of what its user may see now.
"""

import asyncio
from collections import OrderedDict
from uuid import UUID

from domain.channel import Channel
from domain.channel_repository import fold_newer
from domain.visibility import may_see
from persistence.database.availability import retrying_while_away
from projections.emissions.change_reader import ChangeReader
from projections.emissions.emissions import emissions_of
from transport.delivery.encoding import Outgoing
from transport.delivery.log_reads import WorkspaceEvents

PAGE_SIZE = 1_000
"""Positions; a page holds the events among them that are its workspace's."""

MAX_PAGES = 64

MAX_READS_AT_ONCE = 2
"""Pages that are read at the same time: others use the database too."""

TURN_EVENTS = 50
"""Of a page that is being made; then other tasks get on."""


class ReplayPage:
    """What a workspace heard at positions up to `upto`, in order, and its channels as they are."""

    def __init__(self, begin: int) -> None:
        self.told: list[Outgoing] = []
        self.channels: dict[UUID, Channel] = {}
        self.upto = begin
        self.channels_as_of = begin
        self.lock = asyncio.Lock()

    def reaches(self, upto: int, changed_at: int) -> bool:
        """Whether it is complete up to a position, and knows of all that changed up to another."""
        return self.upto >= upto and self.channels_as_of >= changed_at

    def is_visible(self, channel_id: UUID, user_id: str) -> bool:
        """Whether a user of the workspace may see a channel of the page now."""
        return may_see(user_id, self.channels[channel_id])


class ReplayPages:
    """Makes pages, and keeps the latest that were asked for."""

    def __init__(self, log: WorkspaceEvents, changes: ChangeReader) -> None:
        self._log = log
        self._changes = changes
        self._pages: OrderedDict[tuple[str, int], ReplayPage] = OrderedDict()
        self._loads = asyncio.Semaphore(MAX_READS_AT_ONCE)

    def forget(self) -> None:
        """Make all pages anew: the log may have lost its end."""
        self._pages.clear()
        self._changes.forget()

    async def page(
        self, workspace_id: str, after: int, *, upto: int, changed_at: int
    ) -> ReplayPage:
        """The page that begins beyond `after`, complete up to `upto`, which must be committed.

        `changed_at` is the latest position at which a channel of the workspace changed: of what
        may be seen, the page knows at least that. Waits while the database is away.
        """
        key = (workspace_id, after // PAGE_SIZE)
        page = self._pages.get(key)
        if page is None:
            page = self._pages[key] = ReplayPage(after // PAGE_SIZE * PAGE_SIZE)
        self._pages.move_to_end(key)
        if len(self._pages) > MAX_PAGES:
            self._pages.popitem(last=False)
        if page.reaches(upto, changed_at):
            return page
        async with page.lock:
            async for attempt in retrying_while_away():
                with attempt:
                    if page.upto < upto:
                        await self._extend(page, workspace_id, upto)
                    if page.channels_as_of < changed_at:
                        await self._look_again(page, changed_at)
        return page

    async def _extend(self, page: ReplayPage, workspace_id: str, upto: int) -> None:
        async with self._loads:
            found = await self._log.read_workspace(workspace_id, after=page.upto, upto=upto)
        for number, recorded in enumerate(found, 1):
            change = await self._changes.read(recorded)
            if change is not None:
                channel = change.after
                known = page.channels.get(channel.id)
                if known is None or known.version < channel.version:
                    page.channels[channel.id] = channel
                page.told += [Outgoing(emission) for emission in emissions_of(change)]
            page.upto = recorded.position
            if number % TURN_EVENTS == 0:
                await asyncio.sleep(0)
        page.upto = upto
        page.channels_as_of = max(page.channels_as_of, upto)

    async def _look_again(self, page: ReplayPage, changed_at: int) -> None:
        """Bring the page's channels to what they are now."""
        async with self._loads:
            versions = {id: channel.version for id, channel in page.channels.items()}
            newer = await self._log.read_newer(versions) if versions else []
        fold_newer(page.channels, newer)
        page.channels_as_of = max(page.channels_as_of, changed_at)
