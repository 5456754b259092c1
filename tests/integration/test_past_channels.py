"""The channel list as it was: at any position of any lives, it is what the log says until then."""

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.channel import MemberRole
from domain.channel_fields import ChannelPatch
from domain.errors import Invalid
from domain.event_log import RecordedEvent, UndecodableEvent
from domain.queries import ChannelRef
from persistence.log.mapper import create_mapper
from persistence.log.postgres_event_log import PostgresEventLog
from projections.channel_list.reader import ChannelPage
from projections.representations import ChannelModel, channel_model
from projections.views import past_channels
from projections.views.past_channels import PastChannels
from tests.support.channel_list import pages_of_many_moments, visible
from tests.support.clients import PATIENCE
from tests.support.creation import ALICE, asked_by, create
from tests.support.events import stored_event
from tests.support.lives import USERS, Lives
from tests.support.log_state import channels
from tests.support.node import Node

WORKSPACES = ("demo", "Отдел 7")
NAMES = ("general", "General", "Straße", "команда", "🙂", *(f"team {n}" for n in range(6)))
READERS = (*USERS, "a stranger")


def all_living(log: Sequence[RecordedEvent], workspace: str) -> list[ChannelModel]:
    """All channels of a workspace, whoever may see them."""
    return [
        channel_model(at)
        for at in channels(log)
        if at.channel.workspace_id == workspace and not at.channel.is_deleted
    ]


async def walk(
    past: PastChannels, workspace: str, user: str | None, at: int, limit: int
) -> list[ChannelModel]:
    """What the list showed, page by page to the end."""
    found: list[ChannelModel] = []
    after = 0
    while True:
        page = await past.page(workspace, user, at=at, limit=limit, after=after)
        assert page.position == at
        found += page.channels
        if page.next is None:
            return found
        assert len(page.channels) == limit
        after = page.next


@pytest.fixture
def lives(node: Node, second_node: Node) -> Lives:
    """Lives on two nodes."""
    nodes = (node.commands, second_node.commands)
    return Lives(nodes, names=NAMES, workspaces=WORKSPACES)


@pytest.mark.parametrize("seed", [1, 2])
async def test_at_every_position_it_is_what_the_log_says_up_to_there(
    node: Node, second_node: Node, lives: Lives, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For every reader, whatever the pieces in which it is made."""
    await lives.live(callers=6, commands=9, seed=seed)
    log = await node.whole_log()
    sizes = itertools.cycle([(1, 1, 1), (2, 3, 2), (7, 2, 5), (2_000, 50, 200)])
    for position in range(len(log) + 1):
        for name, size in zip(
            ("LOOKED_THROUGH", "TOGETHER", "TURN_EVENTS"), next(sizes), strict=True
        ):
            monkeypatch.setattr(past_channels, name, size)
        limit = (1, 3, 200)[position % 3]
        for workspace in WORKSPACES:
            for user in READERS:
                found = await walk(second_node.past, workspace, user, position, limit)
                assert found == visible(log[:position], workspace, user)
            found = await walk(node.past, workspace, None, position, limit)
            assert found == all_living(log[:position], workspace)


@pytest.mark.usefixtures("list_is_kept")
async def test_a_page_of_the_past_is_the_page_that_the_live_list_answered_then(
    node: Node, second_node: Node, lives: Lives
) -> None:
    async with asyncio.timeout(3 * PATIENCE), lives.going_on(callers=12, commands=5, seed=4):
        pages = await pages_of_many_moments(second_node.channels)
    for workspace, user, place, page in pages:
        at = page.position
        assert await node.past.page(workspace, user, at=at, limit=3, after=place) == page


@pytest.fixture
async def long_stream(node: Node) -> UUID:
    """A private channel with 1,200 events, among two others."""
    await create(node.commands, "before")
    channel = (await create(node.commands, "long", is_private=True)).at.channel
    for number in range(1_199):
        member = channel.members.get(f"user-{number % 7}")
        role = MemberRole.USER if member == MemberRole.ADMIN else MemberRole.ADMIN
        channel.add_member(asked_by(ALICE), f"user-{number % 7}", role)
    await node.log.append(channel.collect_events(), "demo")
    await create(node.commands, "after")
    return channel.id


@pytest.mark.usefixtures("long_stream")
async def test_a_channel_with_many_events_is_read_in_pieces(node: Node) -> None:
    pieces: list[int] = []

    class Watched(PostgresEventLog):
        async def read_newer(
            self, versions: Mapping[UUID, int], *, upto: int | None = None, limit: int | None = None
        ) -> list[RecordedEvent]:
            found = await super().read_newer(versions, upto=upto, limit=limit)
            pieces.append(len(found))
            return found

    log = await node.whole_log()
    past = PastChannels(Watched(node.queue, node.stored, create_mapper()), node.stored)
    for position in (2, 4, 5, 202, 203, 204, 1_000, 1_202, 1_203, len(log)):
        page = await past.page("demo", "user-3", at=position, limit=50, after=0)
        assert page.channels == visible(log[:position], "demo", "user-3")
    assert max(pieces) <= past_channels.TURN_EVENTS
    assert sum(pieces) > 5_000


async def test_before_the_first_event_there_is_nothing(node: Node) -> None:
    nothing = ChannelPage([], None, 0, (await node.stored.lineage()).log_id)
    assert await node.past.page("demo", "alice", at=0, limit=5, after=0) == nothing
    await create(node.commands)
    assert await node.past.page("demo", "alice", at=0, limit=5, after=0) == nothing


async def test_a_position_that_the_log_has_not_reached_is_refused_and_the_head_is_named(
    node: Node,
) -> None:
    await create(node.commands)
    with pytest.raises(Invalid, match="the head of the log, which is at 2"):
        await node.past.page("demo", "alice", at=3, limit=5, after=0)


async def test_what_it_cannot_read_up_to_there_it_does_not_leave_out(node: Node) -> None:
    channel = (await create(node.commands)).at.channel
    await node.queue.append([stored_event(channel.id, 2)], "demo")
    await create(node.commands, "other")
    assert len((await node.past.page("demo", "alice", at=2, limit=5, after=0)).channels) == 1
    with pytest.raises(UndecodableEvent):
        await node.past.page("demo", "alice", at=3, limit=5, after=0)


async def test_a_moment_is_the_last_position_that_was_recorded_until_then(node: Node) -> None:
    assert await node.past.position_of(datetime.now(UTC)) == 0
    for number in range(20):
        await create(node.commands, f"channel {number}")
    log = await node.whole_log()
    for recorded in log:
        moment = recorded.event.timestamp
        until = [each.position for each in log if each.event.timestamp <= moment]
        assert await node.past.position_of(moment) == max(until)
        before = [each.position for each in log if each.event.timestamp < moment]
        just_before = moment - timedelta(microseconds=1)
        assert await node.past.position_of(just_before) == max(before, default=0)
    assert await node.past.position_of(log[-1].event.timestamp + timedelta(days=1)) == len(log)


async def test_members_see_what_they_saw_then_and_nobody_sees_more(node: Node) -> None:
    channel = (await create(node.commands, "secret", is_private=True)).at.channel
    ref = ChannelRef("demo", channel.id)
    added = await node.commands.add_member(asked_by(ALICE), ref, "bob")
    removed = await node.commands.remove_member(asked_by(ALICE), ref, "bob")
    opened = await node.commands.update_channel(
        asked_by(ALICE), ref, ChannelPatch(is_private=False)
    )
    deleted = await node.commands.delete_channel(asked_by(ALICE), ref)

    async def seen(user: str | None, at: int) -> list[int]:
        page = await node.past.page("demo", user, at=at, limit=5, after=0)
        return [model.version for model in page.channels]

    places = [2, added.position, removed.position, opened.position, deleted.position]
    assert [await seen("alice", at) for at in places] == [[1], [2], [3], [4], []]
    assert [await seen("bob", at) for at in places] == [[], [2], [], [4], []]
    assert [await seen("carol", at) for at in places] == [[], [], [], [4], []]
    assert [await seen(None, at) for at in places] == [[1], [2], [3], [4], []]
