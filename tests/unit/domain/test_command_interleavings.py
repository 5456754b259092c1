"""Any commands at once, in any interleaving: it is as if they had come one after the other."""

from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from domain.actor import Actor
from domain.channel import ChannelUpdated, MemberAdded, MemberRemoved, MemberRole
from domain.channel_fields import ChannelPatch
from domain.channel_name import ChannelName
from domain.channel_repository import ChannelAt, ChannelRepository
from domain.commands import ChannelCommands, Creation
from domain.errors import Conflict, NameTaken
from domain.event_log import RecordedEvent
from domain.identifiers import idempotent_channel_id
from domain.queries import ChannelQueries, ChannelRef
from tests.support.creation import ALICE, BOB, MODERATOR, asked_by, create
from tests.support.log_state import check_whole, held_names
from tests.support.memory_log import MemoryLog
from tests.support.turns import TurnsLog, UnderWay, done

# Ids that follow from keys: the same in each of the orders that are tried.
PRIVATE = idempotent_channel_id("alice", "private")
PUBLIC = idempotent_channel_id("alice", "public")
NAMES = st.sampled_from(("private", "public", "Public", "free"))
USERS = st.sampled_from(("alice", "bob", "mona", "dora"))


@dataclass(frozen=True)
class Asked:
    """A command of ChannelCommands by its name, who asks for it, and its arguments."""

    command: str
    actor: Actor
    arguments: tuple[Any, ...] = ()

    def of(self, commands: ChannelCommands) -> Coroutine[Any, Any, Any]:
        if self.command == "create":
            name, key = self.arguments
            return create(commands, name, actor=self.actor, idempotency_key=key)
        method = getattr(commands, self.command)
        return method(asked_by(self.actor), *self.arguments)

    def meets(self, event: Any) -> bool:
        """Whether the event is about that of a channel which the command is about."""
        ref, *arguments = self.arguments
        if self.command == "create" or event.originator_id != ref.channel_id:
            return False
        if self.command == "update_channel":
            return isinstance(event, ChannelUpdated) and any(
                field in event.changes for field in arguments[0]
            )
        return isinstance(event, MemberAdded | MemberRemoved) and event.user_id in arguments

    def meets_holder(self, held: dict[tuple[str, str], UUID]) -> bool:
        """Whether a name that the command wants is held by another channel."""
        if self.command == "create":
            name, key = self.arguments
            channel_id = idempotent_channel_id(self.actor.user_id, key)
        else:
            name, channel_id = self.arguments[1].name, self.arguments[0].channel_id
        return held.get(("demo", ChannelName(name).key), channel_id) != channel_id


REFS = st.builds(
    ChannelRef,
    st.just("demo"),
    st.sampled_from((PRIVATE, PRIVATE, PRIVATE, PUBLIC)),
    st.sampled_from((*[None] * 7, frozenset({3}))),
)
PATCHES = st.builds(
    ChannelPatch,
    name=st.just(UNSET) | NAMES,
    description=st.sampled_from((UNSET, "text", "another")),
    is_private=st.just(UNSET) | st.booleans(),
)
ROLES = st.sampled_from((None, *MemberRole))
COMMANDS = st.one_of(
    *(
        st.builds(Asked, st.just(name), st.sampled_from((ALICE, MODERATOR, BOB)), arguments)
        for name, arguments in {
            "create": st.tuples(NAMES, st.sampled_from(("a", "b"))),
            "update_channel": st.tuples(REFS, PATCHES),
            "add_member": st.tuples(REFS, USERS, ROLES),
            "remove_member": st.tuples(REFS, USERS),
            "delete_channel": st.tuples(REFS),
        }.items()
    )
)


def begin() -> MemoryLog:
    """A log with a private channel of alice's, with bob as an admin and mona, and a public one."""
    log = MemoryLog()
    commands = node(log)
    done(create(commands, "private", is_private=True, idempotency_key="private"))
    done(create(commands, "public", idempotency_key="public"))
    for user_id, role in (("bob", MemberRole.ADMIN), ("mona", MemberRole.USER)):
        done(commands.add_member(asked_by(ALICE), ChannelRef("demo", PRIVATE), user_id, role))
    return log


def node(log: Any) -> ChannelCommands:
    return ChannelCommands(log, ChannelQueries(log, ChannelRepository(log)))


def interleaved(log: MemoryLog, asked: Sequence[Asked], nodes: int, turns: list[int]) -> list[Any]:
    """The outcomes of the commands, of which each of the turns lets one make its next call."""
    writers = [node(TurnsLog(log)) for _ in range(nodes)]
    under_way = [UnderWay(each.of(writers[i % nodes])) for i, each in enumerate(asked)]
    for turn in turns:
        waiting = [each for each in under_way if each.waits_for is not None]
        if waiting:
            waiting[turn % len(waiting)].go_on()
    return [each.outcome() for each in under_way]


def told(outcome: object) -> Any:
    """What the one who asked knows in the end, but for the time."""
    if isinstance(outcome, Creation):
        return outcome.is_new, told(outcome.at)
    if isinstance(outcome, ChannelAt):
        return outcome.position, timeless(outcome.channel)
    return type(outcome)


def timeless(value: object) -> dict[str, Any]:
    """What an event or an aggregate holds, but for the time."""
    return {
        name: each
        for name, each in vars(value).items()
        if name not in ("timestamp", "_created_on", "_modified_on")
    }


def story(log: Sequence[RecordedEvent]) -> list[Any]:
    return [(type(recorded.event), timeless(recorded.event)) for recorded in log]


def is_explained(log: MemoryLog, expected: list[Any], left: Sequence[tuple[Asked, Any]]) -> bool:
    """Whether the commands that are left can go one after the other from here so that each is told
    what it was told, and the log is as expected in the end."""
    if not left:
        return story(log.events) == expected
    for place, (asked, outcome) in enumerate(left):
        next_log = MemoryLog()
        next_log.events = list(log.events)
        if told(UnderWay(asked.of(node(next_log))).outcome()) == outcome and is_explained(
            next_log, expected, [*left[:place], *left[place + 1 :]]
        ):
            return True
    return False


@given(
    st.lists(COMMANDS, min_size=3, max_size=4),
    st.integers(1, 2),
    st.lists(st.integers(0, 3), min_size=8, max_size=16),
)
@settings(max_examples=300)
def test_commands_at_once_end_as_if_one_had_come_after_the_other(
    asked: list[Asked], nodes: int, turns: list[int]
) -> None:
    """The whole log is what it would be then, and so is each answer and refusal. There are two
    refusals that the order has no place for: Conflict, where another has changed the very same, and
    NameTaken, where the name was taken after the command had looked at its channel."""
    log = begin()
    begun = len(log.events)
    outcomes = interleaved(log, asked, nodes, turns)
    check_whole(log.events)
    explained = []
    for each, outcome in zip(asked, outcomes, strict=True):
        if type(outcome) is Conflict:
            assert any(each.meets(recorded.event) for recorded in log.events[begun:])
        elif type(outcome) is NameTaken:
            ends = range(begun, len(log.events) + 1)
            assert any(each.meets_holder(held_names(log.events[:end])) for end in ends)
        else:
            explained.append((each, told(outcome)))
    assert is_explained(begin(), story(log.events), explained)
