"""The reader of the channel list, for queries: pages of the channels that a user may see.

A page is read in one statement, so that its rows and the position that they reflect agree.
"""

from dataclasses import dataclass

from domain.errors import Unavailable
from persistence.database.pool import Connection, Database
from persistence.database.statements import statement
from persistence.log.wakeup import Wakeup, wait_at_most
from persistence.read_models.checkpoints import CHECKPOINT_CHANNEL, read_checkpoint
from persistence.read_models.models import ReadModel, ServedModel
from projections.channel_list.projection import ChannelListProjection
from projections.representations import ChannelModel, rfc3339

_SELECT_VISIBLE = statement(__file__, "select_visible")


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

    def __init__(self, database: Database, wakeup: Wakeup) -> None:
        self._database = database
        self._wakeup = wakeup
        self._served = ServedModel.of(ChannelListProjection)

    def forget(self) -> None:
        """Look again which version of the list is built."""
        self._served.forget()

    async def page(self, workspace_id: str, user_id: str, *, limit: int, after: int) -> ChannelPage:
        """At most `limit` channels that the user may see, beyond the place `after` (0: from the
        start). Raises Unavailable.
        """
        async with self._database.acquire() as connection:
            model = await self._model(connection)
            select = _SELECT_VISIBLE.format(schema=model.schema)
            rows = await connection.fetch(
                select, workspace_id, user_id, after, limit + 1, model.name, model.version
            )
        if not rows:
            raise _being_built()
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

    async def wait_for(self, position: int, *, poll_interval: float = 0.5) -> None:
        """Return once the list reflects the log up to `position`. Raises Unavailable.

        It has no timeout of its own.
        """
        while True:
            advanced = self._wakeup.next(CHECKPOINT_CHANNEL)
            async with self._database.acquire() as connection:
                model = await self._served.find(connection)
                reflected = None if model is None else await read_checkpoint(connection, model)
                if reflected is not None and reflected >= position:
                    return
            await wait_at_most(advanced, poll_interval)

    async def _model(self, connection: Connection) -> ReadModel:
        model = await self._served.find(connection)
        if model is None:
            raise _being_built()
        return model


def _being_built() -> Unavailable:
    return Unavailable("the channel list is being built; try again")
