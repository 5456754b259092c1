"""The sender: of all nodes the one that holds the lease sends to the webhooks, with a courier for
each that is active. When it dies, stops or stands still, another takes the lease, and goes on where
the notes of this one end."""

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Protocol
from uuid import UUID

from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception_type,
    wait_random_exponential,
)

from domain.errors import Unavailable
from persistence.database.pool import Database
from persistence.log.lease_turns import LeaseTurns, first_of
from persistence.log.wakeup import Wakeup, wait_at_most
from persistence.read_models.lease import Lease
from persistence.webhooks import sending
from persistence.webhooks.webhook import Webhook, WebhookState
from persistence.webhooks.webhook_table import WEBHOOKS_CHANNEL
from transport.webhooks.courier import Courier, CourierParts

logger = logging.getLogger(__name__)

NOTES_APART = 0.5
"""Seconds between two notes: what is delivered in between is sent again after a crash."""

LOOKED_NOTED = 10
"""Every so many notes also webhooks to which nothing was sent: how far the log was looked through
for them."""

SETTLES_WITHIN = 1.5
"""Seconds that attempts get that are under way when the node stops."""

REREAD_AFTER = 10.0
"""Seconds until the webhooks are read again without a notification."""

BEGINS_AGAIN = 5.0
"""Seconds until a courier that has failed for an unknown reason begins again."""


class ReadsWebhooks(Protocol):
    """The table of webhooks."""

    async def all(self) -> Sequence[Webhook]: ...


class WebhookSender:
    """Sends to the webhooks while a task executes `run`, whenever it is this node's turn."""

    def __init__(
        self, database: Database, wakeup: Wakeup, table: ReadsWebhooks, parts: CourierParts
    ) -> None:
        self._turns = LeaseTurns(database, wakeup, sending.SENDING)
        self._wakeup = wakeup
        self._table = table
        self._parts = parts
        self._couriers: dict[UUID, Courier] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._closing = asyncio.Event()
        self._is_free = asyncio.Event()
        self._is_free.set()
        self.states: Counter[WebhookState] = Counter()
        """How many webhooks there are, while this node sends."""

    @property
    def is_sender(self) -> bool:
        """Whether this node sends."""
        return not self._is_free.is_set()

    @property
    def position(self) -> int | None:
        """How far the active webhook has come that has come least far; None without one."""
        return min((each.position for each in self._couriers.values()), default=None)

    @property
    def couriers(self) -> Collection[Courier]:
        """Those of the webhooks that are active, while this node sends."""
        return self._couriers.values()

    async def run(self) -> None:
        """Send for ever, whenever no other node does. Whatever goes wrong ends nothing else of the
        node, and is tried again."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(Exception),
            wait=wait_random_exponential(multiplier=0.1, max=5),
            before_sleep=_say_why,
        ):
            with attempt:
                await self._turns.run(self._hold)

    async def close(self) -> None:
        """Begin no more attempts, and give the lease to another node once those under way have
        ended, or SETTLES_WITHIN is over."""
        self._closing.set()
        await self._is_free.wait()

    async def _hold(self, lease: Lease) -> None:
        if self._closing.is_set():
            return
        self._is_free.clear()
        logger.info("sending to webhooks")
        try:
            async with lease.connection() as connection:
                await sending.begin(connection)
            parts = [self._follow(lease), self._note_for_ever(lease), self._closing.wait()]
            await first_of(parts)
            await self._settle(lease)
        finally:
            await self._end(list(self._tasks))
            self.states.clear()
            self._is_free.set()

    # Which webhooks there are

    async def _follow(self, lease: Lease) -> None:
        """Have a courier for each active webhook, and take up at once what operators change."""
        while True:
            changed = self._wakeup.next(WEBHOOKS_CHANNEL)
            webhooks = await self._table.all()
            self.states = Counter(each.state for each in webhooks)
            active = {each.id: each for each in webhooks if each.state is WebhookState.ACTIVE}
            if ended := [id for id in self._tasks if not self._is_current(id, active)]:
                await self._note(lease, await self._end(ended))
                continue  # those that begin again do so from there
            for webhook in active.values():
                if webhook.id in self._tasks:
                    self._couriers[webhook.id].webhook = webhook
                else:
                    self._begin(webhook, lease)
            await wait_at_most(changed, REREAD_AFTER)

    def _is_current(self, id: UUID, active: Mapping[UUID, Webhook]) -> bool:
        """Whether the courier of a webhook goes on, since that is sent to as before."""
        courier, webhook = self._couriers[id], active.get(id)
        is_same = webhook is not None and webhook.revision == courier.webhook.revision
        return is_same and not courier.is_spent

    def _begin(self, webhook: Webhook, lease: Lease) -> None:
        def may_send() -> bool:
            return lease.is_sure and not self._closing.is_set()

        courier = Courier(webhook, self._parts, may_send)
        self._couriers[webhook.id] = courier
        self._tasks[webhook.id] = asyncio.create_task(
            _guarded(courier, self._wakeup), name=f"webhook {webhook.id}"
        )

    async def _end(self, ids: Sequence[UUID]) -> list[Courier]:
        """End couriers, wherever they are, and answer them."""
        tasks = [self._tasks.pop(id) for id in ids]
        ended = [self._couriers.pop(id) for id in ids]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return ended

    # How far they have come

    async def _note_for_ever(self, lease: Lease) -> None:
        count = 0
        while True:
            await asyncio.sleep(NOTES_APART)
            count += 1
            looked = count % LOOKED_NOTED == 0
            couriers = [
                each
                for each in self._couriers.values()
                if each.has_news or (looked and each.has_looked)
            ]
            await self._note(lease, couriers)
            if any(each.is_spent for each in couriers):
                self._wakeup.wake(WEBHOOKS_CHANNEL)

    async def _note(self, lease: Lease, couriers: Sequence[Courier]) -> None:
        """Write down how far they are. What is over by that, or was changed by an operator, is
        spent."""
        # An operator may have resumed what was noted to be over: that is not said twice.
        couriers = [each for each in couriers if not (each.is_over and each.is_spent)]
        noted = [courier.note() for courier in couriers]
        if not noted:
            return
        async with lease.connection() as connection:
            written = await sending.note(connection, noted)
        for courier, note in zip(couriers, noted, strict=True):
            courier.is_spent |= note.gives_up or note.id not in written

    async def _settle(self, lease: Lease) -> None:
        """Wait for the attempts that are under way, and note what has become of them."""
        couriers = list(self._couriers.values())
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLES_WITHIN):
                await asyncio.gather(*(courier.idle.wait() for courier in couriers))
        await self._note(lease, couriers)  # also those of a note that was given up on its way


def _say_why(state: RetryCallState) -> None:
    """Say what nobody has thought of; of a database that is away others do."""
    error = state.outcome.exception() if state.outcome is not None else None
    if not isinstance(error, Unavailable):
        logger.critical("sending to webhooks stopped, and begins again", exc_info=error)


async def _guarded(courier: Courier, wakeup: Wakeup) -> None:
    """Run a courier; where it fails for a reason that nobody has thought of, the others go on, and
    it begins again."""
    try:
        await courier.run()
    except Exception:
        logger.exception("webhook %s: something went wrong", courier.webhook.id)
        await asyncio.sleep(BEGINS_AGAIN)
        courier.is_spent = True
        wakeup.wake(WEBHOOKS_CHANNEL)
