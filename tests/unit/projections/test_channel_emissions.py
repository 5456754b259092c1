"""The emissions: what is said of each change, to whom, and in which order."""

from collections.abc import Sequence
from typing import Any

import pytest

from domain.actor import Cause
from domain.channel import MemberAdded, MemberRole
from domain.channel_fields import ChannelPatch
from domain.channel_repository import Change, ChannelAt
from domain.commands import ChannelCommands
from domain.queries import ChannelRef
from domain.visibility import Audience, may_see
from projections.emissions.change_reader import ChangeReader
from projections.emissions.emissions import Emission, Reason, emissions_of
from projections.representations import (
    channel_model,
    former_member_model,
    gone_model,
    member_model,
)
from tests.support.creation import ALICE, create
from tests.support.memory_log import MemoryLog

ALICE_ASKS = Cause(ALICE, "a request")
EVERYONE = Audience("demo")


def only(*users: str) -> Audience:
    return Audience("demo", only=set(users))


def all_but(*users: str) -> Audience:
    return Audience("demo", without=set(users))


class Story:
    """A channel of alice's in `demo`, and what was said of the latest command about it."""

    def __init__(self, commands: ChannelCommands, log: MemoryLog, changes: ChangeReader) -> None:
        self._commands = commands
        self._log = log
        self._changes = changes

    async def begin(self, *, is_private: bool) -> ChannelAt:
        at = (await create(self._commands, is_private=is_private)).at
        self.ref = ChannelRef("demo", at.channel.id)
        return at

    async def update(self, **fields: Any) -> ChannelAt:
        return await self._commands.update_channel(ALICE_ASKS, self.ref, ChannelPatch(**fields))

    async def add(self, user: str, role: MemberRole = MemberRole.USER) -> ChannelAt:
        return await self._commands.add_member(ALICE_ASKS, self.ref, user, role)

    async def remove(self, user: str) -> ChannelAt:
        return await self._commands.remove_member(ALICE_ASKS, self.ref, user)

    async def delete(self) -> ChannelAt:
        return await self._commands.delete_channel(ALICE_ASKS, self.ref)

    async def said_since(self, position: int) -> list[tuple[Audience, str, object]]:
        """What is said of the events beyond a position."""
        found: list[Emission] = []
        for recorded in self._log.events:
            change = await self._changes.read(recorded)
            if change is not None and recorded.position > position:
                found += emissions_of(change)
                for user_id in ("alice", "bob", "zoe"):
                    assert reasons_of(change, user_id) == expected_reason(change, user_id)
        assert all(emission.position == emission.payload.position for emission in found)
        return [(each.audience, each.event, each.payload) for each in found]


def reasons_of(change: Change, user_id: str) -> Reason | None:
    """Why a user hears of a change, by the first thing that they hear."""
    heard = [each for each in emissions_of(change) if each.audience.includes(user_id)]
    return heard[0].reason if heard else None


def expected_reason(change: Change, user_id: str) -> Reason | None:
    """The same, by what the user could see before and can see after it."""
    before, after = change.before, change.after
    saw, sees = before is not None and may_see(user_id, before), may_see(user_id, after)
    seen = after if sees else before
    is_of_public = isinstance(change.recorded.event, MemberAdded) and not after.is_private
    if seen is None or not (saw or sees) or is_of_public:
        return None
    if saw and not sees and not after.is_deleted:
        return Reason.LOST
    if sees and not saw and before is not None:
        return Reason.APPEARED
    was_private = before is not None and before.is_private
    return Reason.MEMBER if after.is_private or was_private else Reason.WORKSPACE


@pytest.fixture
def story(commands: ChannelCommands, log: MemoryLog, changes: ChangeReader) -> Story:
    return Story(commands, log, changes)


async def test_a_public_channel_is_told_to_its_whole_workspace(story: Story) -> None:
    at = await story.begin(is_private=False)
    assert await story.said_since(0) == [(EVERYONE, "channel-created", channel_model(at))]


async def test_a_private_channel_is_told_to_its_members_alone(story: Story) -> None:
    at = await story.begin(is_private=True)
    assert await story.said_since(0) == [(only("alice"), "channel-created", channel_model(at))]


async def test_an_update_is_told_to_those_who_see_the_channel(story: Story) -> None:
    begun = await story.begin(is_private=False)
    at = await story.update(name="new", description="text")
    assert await story.said_since(begun.position) == [
        (EVERYONE, "channel-updated", channel_model(at))
    ]


async def test_an_update_of_a_private_channel_is_told_to_its_members_alone(story: Story) -> None:
    await story.begin(is_private=True)
    added = await story.add("bob")
    at = await story.update(name="new")
    assert await story.said_since(added.position) == [
        (only("alice", "bob"), "channel-updated", channel_model(at))
    ]


async def test_a_channel_that_becomes_public_appears_to_all_but_its_members(story: Story) -> None:
    await story.begin(is_private=True)
    added = await story.add("bob")
    at = await story.update(is_private=False)
    assert await story.said_since(added.position) == [
        (only("alice", "bob"), "channel-updated", channel_model(at)),
        (all_but("alice", "bob"), "channel-created", channel_model(at)),
    ]


async def test_a_channel_that_becomes_private_disappears_for_all_but_its_members(
    story: Story,
) -> None:
    """And its new name is told to nobody else."""
    begun = await story.begin(is_private=False)
    at = await story.update(is_private=True, name="secret")
    assert await story.said_since(begun.position) == [
        (only("alice"), "channel-updated", channel_model(at)),
        (all_but("alice"), "channel-deleted", gone_model(at)),
    ]


async def test_a_deleted_channel_is_told_to_all_who_could_see_it(story: Story) -> None:
    begun = await story.begin(is_private=False)
    at = await story.delete()
    assert await story.said_since(begun.position) == [(EVERYONE, "channel-deleted", gone_model(at))]


async def test_a_deleted_private_channel_is_told_to_its_members_alone(story: Story) -> None:
    await story.begin(is_private=True)
    added = await story.add("bob")
    at = await story.delete()
    assert await story.said_since(added.position) == [
        (only("alice", "bob"), "channel-deleted", gone_model(at))
    ]


async def test_a_channel_appears_to_the_user_who_is_added_and_members_hear_of_them(
    story: Story,
) -> None:
    begun = await story.begin(is_private=True)
    at = await story.add("bob")
    assert await story.said_since(begun.position) == [
        (only("bob"), "channel-created", channel_model(at)),
        (only("alice", "bob"), "channel-member-added", member_model(at, "bob")),
    ]


async def test_a_new_role_is_told_to_the_members_and_nothing_appears(story: Story) -> None:
    await story.begin(is_private=True)
    added = await story.add("bob")
    at = await story.add("bob", MemberRole.ADMIN)
    assert await story.said_since(added.position) == [
        (only("alice", "bob"), "channel-member-added", member_model(at, "bob"))
    ]


async def test_a_channel_disappears_for_the_user_who_is_removed(story: Story) -> None:
    await story.begin(is_private=True)
    added = await story.add("bob")
    at = await story.remove("bob")
    assert await story.said_since(added.position) == [
        (only("alice"), "channel-member-removed", former_member_model(at, "bob")),
        (only("bob"), "channel-deleted", gone_model(at)),
    ]


async def test_members_from_before_it_was_public_see_it_again(story: Story) -> None:
    await story.begin(is_private=True)
    await story.add("bob")
    public = await story.update(is_private=False)
    at = await story.update(is_private=True)
    assert await story.said_since(public.position) == [
        (only("alice", "bob"), "channel-updated", channel_model(at)),
        (all_but("alice", "bob"), "channel-deleted", gone_model(at)),
    ]


async def test_names_are_told_to_nobody(
    commands: ChannelCommands, log: MemoryLog, changes: ChangeReader
) -> None:
    await create(commands)
    assert await changes.read(log.events[1]) is None


async def test_a_change_met_out_of_turn_is_what_it_would_be_in_turn(
    story: Story, log: MemoryLog, changes: ChangeReader
) -> None:
    """Nobody need have listened to what came before."""
    await story.begin(is_private=True)
    await story.add("bob")
    await story.update(name="new")
    await story.remove("bob")

    async def said(positions: Sequence[int]) -> dict[int, list[Emission]]:
        found = {}
        for position in positions:
            change = await changes.read(log.events[position - 1])
            found[position] = emissions_of(change) if change is not None else []
        return found

    in_turn = await said(range(1, len(log.events) + 1))
    for positions in ([7], [4, 7], [7, 4, 1], [3, 4], [1, 3, 7, 7]):
        assert await said(positions) == {position: in_turn[position] for position in positions}
