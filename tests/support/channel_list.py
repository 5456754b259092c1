"""The channel list as tests look at it: as rows, as pages, and as the log has it."""

from collections.abc import Sequence

import asyncpg

from domain.event_log import RecordedEvent
from domain.visibility import may_see
from projections.channel_list.projection import ChannelListProjection
from projections.channel_list.reader import ChannelList, ChannelPage
from projections.representations import ChannelModel, channel_model
from tests.support.log_state import channels

MODEL = ChannelListProjection.model

Rows = tuple[list[asyncpg.Record], list[asyncpg.Record], int]


async def list_rows(connection: asyncpg.Connection) -> Rows:
    """All that the projection has written, and its checkpoint."""
    return (
        await connection.fetch(
            f"SELECT * FROM {MODEL.schema}.channel_list ORDER BY created_position"
        ),
        await connection.fetch(
            f"SELECT * FROM {MODEL.schema}.channel_list_members ORDER BY channel_id, user_id"
        ),
        await connection.fetchval("SELECT position FROM checkpoints WHERE name = 'channels'"),
    )


async def all_pages(
    channel_list: ChannelList, workspace: str, user: str, limit: int
) -> list[ChannelModel]:
    """What the list shows, page by page to the end."""
    found: list[ChannelModel] = []
    after = 0
    while True:
        page = await channel_list.page(workspace, user, limit=limit, after=after)
        found += page.channels
        if page.next is None:
            return found
        assert len(page.channels) == limit
        after = page.next


async def pages_of_many_moments(
    channel_list: ChannelList,
) -> list[tuple[str, str, int, ChannelPage]]:
    """Pages that two users were answered, at 25 positions: workspace, user, after where, page.
    Whoever calls this makes the list change meanwhile."""
    pages: list[tuple[str, str, int, ChannelPage]] = []
    place = 0
    while len({page.position for *_, page in pages}) < 25:
        for workspace, user in (("demo", "bob"), ("Отдел 7", "grace")):
            page = await channel_list.page(workspace, user, limit=3, after=place)
            pages.append((workspace, user, place, page))
        place = page.next or 0
    return pages


def visible(log: Sequence[RecordedEvent], workspace: str, user: str) -> list[ChannelModel]:
    """What a user may see of a workspace, as the log has it."""
    return [
        channel_model(at)
        for at in channels(log)
        if at.channel.workspace_id == workspace and may_see(user, at.channel)
    ]
