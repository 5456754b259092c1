"""The follower of revocations: keeps what a node knows of them level with the log, and has the
sockets and streams revisited whose access they take back.

It begins with the read model, at whichever position that is, and nobody is let in before it has
come to the head. It runs ahead of the delivery: what a page of the log takes back has ended before
anything of that page is told. It decodes nothing but revocations. One that cannot be decoded ends
it, and then nobody is let in any more.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Protocol

from domain.access import AccessRevoked, revoked_by
from domain.errors import Unavailable
from domain.event_log import UndecodableEvent
from persistence.log.concern import Passed
from persistence.log.lazy_event import LazyEvent
from persistence.log.subscription import ReadPage, Subscription
from persistence.log.wakeup import CONCERNING, Wakeup, wait_at_most
from persistence.read_models.checkpoints import CHECKPOINT_CHANNEL
from projections.revocations.reader import RevocationList, RevocationReader
from transport.auth.revocations import Revocations

GATHERS_FOR = 0.01
"""Seconds by which the delivery, which is behind it, may be late where much is appended."""

POLL_INTERVAL = 0.5
"""Seconds after which it looks for the read model without a wake-up."""


class Granted(Protocol):
    """What is open for users: sockets, streams of the feed."""

    def revisit(self, user_id: str) -> None:
        """Look anew at what is open for a user, of whose access something was taken back."""
        ...


class RevocationFollower:
    """Follows one epoch of the log after the other; between two of them nothing is known."""

    def __init__(
        self,
        read: ReadPage[LazyEvent | Passed],
        wakeup: Wakeup,
        reader: RevocationReader,
        revocations: Revocations,
        granted: Sequence[Granted],
    ) -> None:
        """`granted` is what goes on by access that was granted before."""
        self._read_page = read
        self._wakeup = wakeup
        self._reader = reader
        self._revocations = revocations
        self._granted = granted
        self._position = 0
        self._advanced = asyncio.Event()
        self.is_level = asyncio.Event()
        """Set once it has come to the head that the log had when it began."""

    @property
    def position(self) -> int:
        """All revocations up to here are known, once it has begun."""
        return self._position

    def forget(self) -> None:
        """Know nothing any more: the log may have lost its end."""
        self.is_level.clear()
        self._position = 0
        self._revocations.forget()
        self._reader.forget()

    async def run(self, head: int) -> None:
        """Follow for ever; `head` is where the log ends now.

        Raises UndecodableEvent at a revocation of a newer version, and what a subscription raises.
        """
        begin = await self._read()
        self._revocations.load(begin.revoked)
        self._advance(begin.position, head)
        try:
            await self._follow(head)
        except UndecodableEvent as error:
            self._revocations.give_up(error)
            raise

    async def read_behind(self, *, after: int, limit: int) -> Sequence[LazyEvent | Passed]:
        """A page of the log, once there is one and what it takes back has ended."""
        # This one gets up for it and asks Postgres; whoever is behind gets what was read then.
        while self._position <= after:
            await self._advanced.wait()
        page = await self._read_page(after=after, limit=limit)
        while page and self._position < page[-1].position:
            await self._advanced.wait()
        return page

    async def _read(self) -> RevocationList:
        """The read model, once it is built."""
        while True:
            advanced = self._wakeup.next(CHECKPOINT_CHANNEL)
            since = datetime.fromtimestamp(max(0.0, self._revocations.oldest), UTC)
            try:
                return await self._reader.read(since=since)
            except Unavailable:
                await wait_at_most(advanced, POLL_INTERVAL)

    async def _follow(self, head: int) -> None:
        subscription = Subscription(
            self._read_page,
            self._wakeup,
            after=self._position,
            channel=CONCERNING,
            gathers_for=GATHERS_FOR,
        )
        async for page in subscription.pages():
            for logged in page:
                if isinstance(logged, Passed) or logged.topic != AccessRevoked.TOPIC:
                    continue
                if isinstance(event := logged.event, AccessRevoked):
                    self._revocations.add(revoked_by(event))
                    for each in self._granted:
                        each.revisit(event.user_id)
            self._advance(page[-1].position, head)

    def _advance(self, position: int, head: int) -> None:
        self._position = position
        if position >= head and not self.is_level.is_set():
            self._revocations.all_known()
            self.is_level.set()
        advanced, self._advanced = self._advanced, asyncio.Event()
        advanced.set()
