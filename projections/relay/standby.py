"""Standing by: a relay that has found another one at its stream waits until that one stands still
with something to do, or until the log is in another epoch."""

import asyncio
import logging
import secrets

from persistence.jetstream.log_stream import StreamEnd
from persistence.log.fenced_reading import FencedReading
from persistence.log.wakeup import wait_at_most
from projections.relay.status import RelayStatus
from projections.relay.stream_choice import Chosen

logger = logging.getLogger(__name__)

LOOK_INTERVAL = 1.0
"""Seconds between two looks, and up to a second more: of several that wait one is the first."""


async def stand_by(
    chosen: Chosen,
    end: StreamEnd,
    reading: FencedReading,
    changed: asyncio.Event,
    status: RelayStatus,
) -> None:
    """Wait while another relay brings the stream on, which had this `end`, but no longer than until
    `changed` is set."""
    while not changed.is_set():
        place = await reading.place(0)
        if place.lineage != chosen.lineage:
            return
        await wait_at_most(changed, LOOK_INTERVAL + secrets.randbelow(1_000) / 1_000)
        before, end = end, await chosen.stream.end()
        status.position = end.position
        if end.position == before.position < place.head:
            logger.warning("taking over: the other relay stands still at %d", end.position)
            return
