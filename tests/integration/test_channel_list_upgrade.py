"""The channel list of a service of before: after an upgrade it shows the same, and goes on."""

import itertools
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from domain.channel import MemberRole
from domain.event_log import RecordedEvent
from domain.queries import ChannelRef
from persistence.database import schema
from tests.support.background import running
from tests.support.channel_list import all_pages, visible
from tests.support.creation import ALICE, BOB, GUEST, asked_by, create
from tests.support.log_state import channels
from tests.support.node import Node, open_node

BEFORE_MEMBER_PAGES = schema._migrations()[:3]

READERS = [(w, user) for w in ("demo", "other") for user in ("alice", "bob", "grace", "nobody")]

LISTED_BEFORE = """
SELECT channel_id FROM channel_list AS c
WHERE workspace_id = $1 AND (NOT is_private OR EXISTS (
    SELECT FROM channel_list_members AS m WHERE m.channel_id = c.channel_id AND m.user_id = $2))
ORDER BY created_position
"""


ACTORS = {"demo": (ALICE, ALICE, BOB), "other": (ALICE, ALICE, GUEST)}


async def create_channels(node: Node) -> None:
    """In each workspace private and public ones, of two users."""
    for number, workspace in itertools.product(range(12), ACTORS):
        await create(
            node.commands,
            f"channel {number}",
            actor=ACTORS[workspace][number % 3],
            workspace_id=workspace,
            description=(None, "", "text")[number % 3],
            is_private=number % 2 == 0,
        )


async def write_rows_of_before(
    connection: asyncpg.Connection, log: Sequence[RecordedEvent]
) -> None:
    """The rows as they were when channels were created and nothing more."""
    for at in channels(log):
        channel, moment = at.channel, at.channel.created_on
        await connection.execute(
            "INSERT INTO channel_list VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1, $8, $8)",
            channel.id,
            channel.workspace_id,
            channel.name,
            channel.description,
            channel.is_private,
            channel.creator_id,
            moment,
            at.position,
        )
        for user_id in channel.members:
            await connection.execute(
                "INSERT INTO channel_list_members VALUES ($1, $2)", channel.id, user_id
            )
    await connection.execute("INSERT INTO checkpoints VALUES ('channels', $1)", len(log))


@pytest.fixture
async def log_from_before(
    database_url: str, admin: asyncpg.Connection, as_it_was: pytest.MonkeyPatch
) -> list[RecordedEvent]:
    """The log of a service that knew no more than to create channels; its list is there too."""
    as_it_was.setattr(schema, "_migrations", lambda: BEFORE_MEMBER_PAGES)
    async with open_node(database_url, serves=False) as before:
        await create_channels(before)
        log = await before.whole_log()
    await write_rows_of_before(admin, log)
    as_it_was.undo()
    return log


async def check_lists(node: Node) -> None:
    log = await node.whole_log()
    await node.list_reached(len(log))
    for workspace, user in READERS:
        for limit in (1, 3, 200):
            found = await all_pages(node.channels, workspace, user, limit)
            assert found == visible(log, workspace, user)


@pytest.mark.usefixtures("log_from_before")
async def test_a_list_from_before_shows_the_same(
    database_url: str, admin: asyncpg.Connection
) -> None:
    listed: dict[Any, list[UUID]] = {
        reader: [row["channel_id"] for row in await admin.fetch(LISTED_BEFORE, *reader)]
        for reader in READERS
    }
    assert sorted(len(ids) for ids in listed.values()) == [6, 6, 6, 6, 8, 8, 10, 10]
    async with open_node(database_url) as today, running(today.runner().run()):
        await today.list_reached(await today.stored.head())
        for (workspace, user), ids in listed.items():
            found = await all_pages(today.channels, workspace, user, 3)
            assert [UUID(channel.id) for channel in found] == ids
        await check_lists(today)


async def test_channels_from_before_live_on(
    database_url: str, log_from_before: list[RecordedEvent]
) -> None:
    private, opened, deleted, *_ = (
        ChannelRef(at.channel.workspace_id, at.channel.id)
        for at in channels(log_from_before)
        if at.channel.creator_id == "alice" and at.channel.is_private
    )
    cause = asked_by(ALICE)
    async with open_node(database_url) as today, running(today.runner().run()):
        await today.commands.add_member(cause, private, "grace", MemberRole.ADMIN)
        await today.commands.update_channel(cause, opened, {"is_private": False, "name": "open"})
        await today.commands.delete_channel(cause, deleted)
        await check_lists(today)
        await today.commands.update_channel(cause, opened, {"is_private": True})
        await today.commands.remove_member(cause, private, "alice")
        await check_lists(today)
