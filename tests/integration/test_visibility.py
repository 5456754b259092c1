"""Who may see a channel is said alike by all who show it: the rule itself, the list in SQL, the
list of the past, a query for one channel, and what was heard on a socket."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import pytest

from domain.channel import Channel
from domain.channel_fields import ChannelPatch
from domain.channel_repository import Change, fold_changes
from domain.errors import NotFound
from domain.event_log import RecordedEvent
from domain.queries import ChannelRef
from domain.visibility import audience_of, may_see
from projections.emissions.emissions import emissions_of
from tests.support.channel_list import all_pages
from tests.support.creation import ALICE, BOB, CAROL, asked_by, create
from tests.support.log_state import channels, streams
from tests.support.node import Node

USERS = (ALICE, BOB, CAROL)

Step = Callable[[Node, ChannelRef], Awaitable[object]]


def update(*, is_private: bool) -> Step:
    return lambda node, ref: node.commands.update_channel(
        asked_by(ALICE), ref, ChannelPatch(is_private=is_private)
    )


def add_bob(node: Node, ref: ChannelRef) -> Awaitable[object]:
    return node.commands.add_member(asked_by(ALICE), ref, "bob")


def remove_bob(node: Node, ref: ChannelRef) -> Awaitable[object]:
    return node.commands.remove_member(asked_by(ALICE), ref, "bob")


def delete(node: Node, ref: ChannelRef) -> Awaitable[object]:
    return node.commands.delete_channel(asked_by(ALICE), ref)


close, open_up = update(is_private=True), update(is_private=False)

LIVES: dict[str, tuple[bool, Sequence[Step]]] = {
    "public": (False, []),
    "public, deleted": (False, [delete]),
    "private": (True, []),
    "private, deleted": (True, [add_bob, delete]),
    "private, with a member": (True, [add_bob]),
    "private, with a former member": (True, [add_bob, remove_bob]),
    "once private": (True, [add_bob, open_up]),
    "once private, deleted": (True, [add_bob, open_up, delete]),
    "private once more, its members kept": (True, [add_bob, open_up, close]),
    "once public": (False, [close]),
    "once public, with a member": (False, [close, add_bob]),
}


async def live(node: Node) -> None:
    for name, (is_private, steps) in LIVES.items():
        at = (await create(node.commands, name, is_private=is_private)).at
        for step in steps:
            await step(node, ChannelRef("demo", at.channel.id))


def shown_by_sockets(log: Sequence[RecordedEvent], user_id: str) -> set[UUID]:
    """The channels that a client shows which has heard everything that was for its user."""
    shown: set[UUID] = set()
    for stream in streams(log).values():
        for emission in (e for change in changes_of(stream) for e in emissions_of(change)):
            if emission.audience.includes(user_id):
                if emission.event == "channel-created":
                    shown.add(emission.channel_id)
                elif emission.event == "channel-deleted":
                    shown.discard(emission.channel_id)
                else:
                    assert emission.channel_id in shown
    return shown


def changes_of(stream: Sequence[RecordedEvent]) -> list[Change]:
    is_channels = isinstance(stream[0].event, Channel.Event)
    return list(fold_changes(None, stream)) if is_channels else []


@pytest.mark.usefixtures("list_is_kept")
async def test_all_who_show_channels_show_the_same(node: Node) -> None:
    await live(node)
    log = await node.whole_log()
    await node.list_reached(len(log))
    there = [at.channel for at in channels(log)]
    assert len(there) == len(LIVES)
    counts = []
    for actor in USERS:
        user = actor.user_id
        visible = [channel.id for channel in there if may_see(user, channel)]
        assert visible == [each.id for each in there if audience_of(each).includes(user)]
        listed = await all_pages(node.channels, "demo", user, 3)
        assert [UUID(channel.id) for channel in listed] == visible
        past = await node.past.page("demo", user, at=len(log), limit=200, after=0)
        assert past.channels == listed
        assert shown_by_sockets(log, user) == set(visible)
        for channel in there:
            ref = ChannelRef("demo", channel.id)
            if channel.id in visible:
                assert (await node.queries.channel(actor, ref)).channel.id == channel.id
            else:
                with pytest.raises(NotFound):
                    await node.queries.channel(actor, ref)
        counts.append(len(visible))
    assert counts == [8, 5, 2]
