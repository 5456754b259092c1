"""The reader of the channel list, for queries: pages of the channels that a user may see.

A page is read in one statement, so that its rows and the position that they reflect agree.
"""

from dataclasses import dataclass

import asyncpg

from domain.errors import Unavailable
from persistence.database.pool import Connection
from persistence.database.reading import Reading
from persistence.database.statements import statement
from persistence.log.wakeup import Wakeup, wait_at_most
from persistence.read_models.checkpoints import CHECKPOINT_CHANNEL, read_checkpoint
from persistence.read_models.models import ServedModel
from projections.channel_list.projection import ChannelListProjection
from projections.representations import ChannelModel, rfc3339

_SELECT_VISIBLE = statement(__file__, "select_visible")

POLL_INTERVAL = 0.5
"""Seconds."""

REPLICA_POLL_INTERVAL = 0.05
"""Seconds, where a replica is read."""


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """Channels in the order of their creation, and the position up to which they reflect the log.

    `next` is the place after which the next page begins, None at the end. `log_id` is the id of the
    log that `position` belongs to.
    """

    channels: list[ChannelModel]
    next: int | None
    position: int
    log_id: str


class ChannelList:
    """Reads the newest version of the channel list that is built and that this code can read."""

    def __init__(
        self, database: Reading, wakeup: Wakeup, *, poll_interval: float = POLL_INTERVAL
    ) -> None:
        """`poll_interval` is how long whoever waits for a position relies on the wake-up alone: a
        replica follows a little behind it."""
        self._database = database
        self._wakeup = wakeup
        self._poll_interval = poll_interval
        self._served = ServedModel.of(ChannelListProjection)

    def forget(self) -> None:
        """Look again which version of the list is built."""
        self._served.forget()

    async def page(
        self, workspace_id: str, user_id: str, *, limit: int, after: int, least: int = 0
    ) -> ChannelPage:
        """At most `limit` channels that the user may see, beyond the place `after` (0: from the
        start), once the list reflects the log up to `least`. Raises Unavailable.

        It has no timeout of its own.
        """
        while True:
            if least:
                await self.wait_for(least)
            page = await self._page(workspace_id, user_id, limit=limit, after=after)
            if page.position >= least:  # else another copy answered, which is not as far
                return page

    async def _page(
        self, workspace_id: str, user_id: str, *, limit: int, after: int
    ) -> ChannelPage:
        async def select(connection: Connection) -> list[asyncpg.Record]:
            model = await self._served.find(connection)
            if model is None:
                return []
            select = _SELECT_VISIBLE.format(schema=model.schema)
            return await connection.fetch(
                select, workspace_id, user_id, after, limit + 1, model.name, model.version
            )

        rows = await self._database.read(select)
        if not rows:
            raise Unavailable("the channel list is being built; try again")
        position = rows[0]["reflected"]
        found = [row for row in rows if row["channel_id"] is not None]
        return ChannelPage(
            channels=[
                ChannelModel(
                    id=str(row["channel_id"]),
                    workspace_id=row["workspace_id"],
                    name=row["name"],
                    description=row["description"],
                    is_private=row["is_private"],
                    creator_id=row["creator_id"],
                    created_at=rfc3339(row["created_at"]),
                    updated_at=rfc3339(row["updated_at"]),
                    version=row["version"],
                    position=row["position"],
                )
                for row in found[:limit]
            ],
            next=found[limit - 1]["created_position"] if len(found) > limit else None,
            position=position,
            log_id=str(rows[0]["log_id"]),
        )

    async def wait_for(self, position: int) -> None:
        """Return once the list reflects the log up to `position`. Raises Unavailable.

        It has no timeout of its own.
        """

        async def reflected(connection: Connection) -> int | None:
            model = await self._served.find(connection)
            return None if model is None else await read_checkpoint(connection, model)

        while True:
            advanced = self._wakeup.next(CHECKPOINT_CHANNEL)
            reached = await self._database.read(reflected)
            if reached is not None and reached >= position:
                return
            await wait_at_most(advanced, self._poll_interval)
