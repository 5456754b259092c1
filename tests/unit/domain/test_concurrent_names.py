"""Two who want a name at once, or give one back: a name is never held twice, and never lost."""

from uuid import UUID

import pytest

from domain.channel_fields import ChannelPatch
from domain.channel_repository import ChannelAt
from domain.commands import MAX_ATTEMPTS, ChannelCommands, Creation
from domain.errors import Conflict, NameTaken
from domain.queries import ChannelRef
from tests.support.creation import ALICE, BOB, MODERATOR, asked_by, create
from tests.support.log_state import channel_in, check_whole, held_names
from tests.support.memory_log import MemoryLog
from tests.support.turns import UnderWay, at_once, done, versions

BY_ALICE, BY_MONA = asked_by(ALICE), asked_by(MODERATOR)


@pytest.fixture
def other(commands: ChannelCommands, ref: ChannelRef) -> ChannelRef:
    """A second channel of alice's, "team"; the first is "general"."""
    return ChannelRef("demo", done(create(commands, "team")).at.channel.id)


def holder(log: MemoryLog, name: str) -> UUID | None:
    """The channel that holds a name, in a log that is whole."""
    check_whole(log.events)
    return held_names(log.events).get(("demo", name))


@pytest.mark.parametrize("reads", [1, 2, 3])
def test_a_name_that_is_created_as_a_channel_is_renamed_to_it_is_the_quickers(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, reads: int
) -> None:
    slow, quick = at_once(
        nodes[0].update_channel(BY_ALICE, ref, ChannelPatch(name="new")),
        create(nodes[1], "NEW", actor=BOB),
        reads=reads,
    )
    assert type(slow) is NameTaken
    assert isinstance(quick, Creation)
    assert holder(log, "new") == quick.at.channel.id
    assert holder(log, "general") == ref.channel_id


def test_a_name_that_a_channel_is_renamed_to_as_it_is_created_is_the_quickers(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef
) -> None:
    slow, quick = at_once(
        create(nodes[0], "NEW", actor=BOB),
        nodes[1].update_channel(BY_ALICE, ref, ChannelPatch(name="new")),
    )
    assert type(slow) is NameTaken
    assert versions(quick) == [4]
    assert holder(log, "new") == ref.channel_id
    assert holder(log, "general") is None


@pytest.mark.parametrize("reads", [1, 2, 3])
def test_a_name_that_two_channels_are_renamed_to_is_the_quickers(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, other: ChannelRef, reads: int
) -> None:
    slow, quick = at_once(
        nodes[0].update_channel(BY_ALICE, ref, ChannelPatch(name="new")),
        nodes[1].update_channel(BY_ALICE, other, ChannelPatch(name="New")),
        reads=reads,
    )
    assert type(slow) is NameTaken
    assert versions(quick) == [2]
    assert holder(log, "new") == other.channel_id
    assert holder(log, "general") == ref.channel_id


@pytest.mark.parametrize("reads", [1, 2, 3])
def test_two_channels_do_not_change_names_without_a_third_name(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, other: ChannelRef, reads: int
) -> None:
    outcomes = at_once(
        nodes[0].update_channel(BY_ALICE, ref, ChannelPatch(name="team")),
        nodes[1].update_channel(BY_ALICE, other, ChannelPatch(name="general")),
        reads=reads,
    )
    assert [type(outcome) for outcome in outcomes] == [NameTaken, NameTaken]
    assert (holder(log, "general"), holder(log, "team")) == (ref.channel_id, other.channel_id)


@pytest.mark.parametrize("given_back", [{"name": "free"}, None])
@pytest.mark.parametrize("reads", [1, 2])
def test_a_name_that_is_given_back_in_time_is_taken(
    nodes: list[ChannelCommands],
    log: MemoryLog,
    ref: ChannelRef,
    other: ChannelRef,
    given_back: dict[str, str] | None,
    reads: int,
) -> None:
    """With another name, or with the end of the channel that had it."""
    slow, _ = at_once(
        nodes[0].update_channel(BY_ALICE, ref, ChannelPatch(name="team")),
        nodes[1].update_channel(BY_ALICE, other, ChannelPatch(name="free"))
        if given_back
        else nodes[1].delete_channel(BY_ALICE, other),
        reads=reads,
    )
    assert versions(slow) == [4]
    assert holder(log, "team") == ref.channel_id
    assert holder(log, "general") is None


def test_a_channel_is_created_with_a_name_that_is_given_back_in_time(
    nodes: list[ChannelCommands], log: MemoryLog, other: ChannelRef
) -> None:
    slow = UnderWay(create(nodes[0], "Team", actor=BOB))
    slow.go_on()  # finds the name taken
    assert slow.waits_for == "read"
    done(nodes[1].delete_channel(BY_ALICE, other))
    creation = slow.outcome()
    assert isinstance(creation, Creation)
    assert holder(log, "team") == creation.at.channel.id


@pytest.mark.parametrize("reads", [1, 2, 3])
def test_a_channel_that_goes_to_another_name_and_back_meanwhile_is_renamed(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, reads: int
) -> None:
    """It has the name that the caller knew, so nothing is overwritten unseen."""

    async def there_and_back() -> ChannelAt:
        await nodes[1].update_channel(BY_MONA, ref, ChannelPatch(name="elsewhere"))
        return await nodes[1].update_channel(BY_MONA, ref, ChannelPatch(name="general"))

    outcomes = at_once(
        nodes[0].update_channel(BY_ALICE, ref, ChannelPatch(name="new")),
        there_and_back(),
        reads=reads,
    )
    assert versions(*outcomes) == [6, 5]
    assert holder(log, "new") == ref.channel_id
    assert len(held_names(log.events)) == 2


@pytest.mark.parametrize("reads", [1, 2, 3])
def test_of_two_names_for_one_channel_the_first_stays(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, reads: int
) -> None:
    slow, quick = at_once(
        nodes[0].update_channel(BY_ALICE, ref, ChannelPatch(name="mine")),
        nodes[1].update_channel(BY_MONA, ref, ChannelPatch(name="theirs")),
        reads=reads,
    )
    assert type(slow) is Conflict
    assert versions(quick) == [4]
    assert channel_in(log.events, ref.channel_id).name == "theirs"
    assert (holder(log, "mine"), holder(log, "theirs")) == (None, ref.channel_id)


@pytest.mark.parametrize("reads", [1, 2])
def test_a_name_taken_by_another_as_its_channel_lets_go_of_it_is_not_given_back_for_it(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef, reads: int
) -> None:
    async def renamed_and_replaced() -> Creation:
        await nodes[1].update_channel(BY_MONA, ref, ChannelPatch(name="elsewhere"))
        return await create(nodes[1], "general", actor=BOB)

    slow, quick = at_once(
        nodes[0].delete_channel(BY_ALICE, ref), renamed_and_replaced(), reads=reads
    )
    assert versions(slow) == [5]
    assert isinstance(quick, Creation)
    assert holder(log, "general") == quick.at.channel.id
    assert holder(log, "elsewhere") is None


def test_the_same_request_twice_at_once_creates_one_channel(
    nodes: list[ChannelCommands], log: MemoryLog
) -> None:
    slow, quick = at_once(
        create(nodes[0], idempotency_key="k"), create(nodes[1], idempotency_key="k")
    )
    assert isinstance(slow, Creation)
    assert isinstance(quick, Creation)
    assert (slow.is_new, quick.is_new) == (False, True)
    assert vars(slow.at.channel) == vars(quick.at.channel)
    assert slow.at.position == quick.at.position
    assert holder(log, "general") == quick.at.channel.id
    assert len(log.appends) == 1


def test_the_same_request_twice_as_a_name_becomes_free_creates_one_channel(
    nodes: list[ChannelCommands], log: MemoryLog, other: ChannelRef
) -> None:
    slow = UnderWay(create(nodes[0], "team", idempotency_key="k"))
    for _ in range(2):
        slow.go_on()  # finds the name taken, and no channel of this key
    done(nodes[1].delete_channel(BY_ALICE, other))
    quick = done(create(nodes[1], "team", idempotency_key="k"))
    again = slow.outcome()
    assert isinstance(again, Creation)
    assert (again.is_new, again.at.channel.id) == (False, quick.at.channel.id)
    assert holder(log, "team") == quick.at.channel.id


def test_a_creation_gives_up_where_its_name_is_always_taken_and_given_back(
    nodes: list[ChannelCommands], log: MemoryLog, ref: ChannelRef
) -> None:
    slow = UnderWay(create(nodes[0], "new", actor=BOB))
    for _ in range(MAX_ATTEMPTS):
        slow.go_on_to("append")
        done(nodes[1].update_channel(BY_ALICE, ref, ChannelPatch(name="new")))
        done(nodes[1].update_channel(BY_ALICE, ref, ChannelPatch(name="general")))
        slow.go_on()
    assert type(slow.outcome()) is Conflict
    assert holder(log, "new") is None
