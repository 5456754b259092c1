"""The commands that change a channel, refused: for which reason, and that nothing is recorded."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import pytest

from domain.actor import Actor
from domain.channel import MemberRole
from domain.channel_fields import ChannelPatch
from domain.channel_name import NameReservation
from domain.commands import ChannelCommands
from domain.errors import (
    DomainError,
    Forbidden,
    Invalid,
    LastAdmin,
    NotFound,
    NotPrivate,
    StaleVersion,
)
from domain.queries import ChannelRef
from tests.support.changing import CHANGES, Command
from tests.support.creation import (
    ALICE,
    BOB,
    CAROL,
    GUEST,
    MODERATOR,
    WORKSPACE_ADMIN,
    asked_by,
    create,
)
from tests.support.memory_log import MemoryLog

each_change = pytest.mark.parametrize("command", CHANGES.values(), ids=CHANGES)
BY_ALICE = asked_by(ALICE)
STALE = frozenset({1})


async def private_with_bob(commands: ChannelCommands) -> ChannelRef:
    ref = ChannelRef("demo", (await create(commands, is_private=True)).at.channel.id)
    await commands.add_member(BY_ALICE, ref, "bob")
    return ref


async def public(commands: ChannelCommands) -> ChannelRef:
    """At version 2."""
    ref = ChannelRef("demo", (await create(commands)).at.channel.id)
    await commands.update_channel(BY_ALICE, ref, ChannelPatch(description="text"))
    return ref


async def unknown(_: ChannelCommands) -> ChannelRef:
    return ChannelRef("demo", uuid4())


async def name_stream(commands: ChannelCommands) -> ChannelRef:
    await create(commands)
    return ChannelRef("demo", NameReservation.create_id("demo", "general"))


async def of_another_workspace(commands: ChannelCommands) -> ChannelRef:
    at = (await create(commands, workspace_id="other")).at
    return ChannelRef("demo", at.channel.id)


async def deleted(commands: ChannelCommands) -> ChannelRef:
    ref = await public(commands)
    await commands.delete_channel(BY_ALICE, ref)
    return ref


def stale(ref: ChannelRef) -> ChannelRef:
    return ChannelRef(ref.workspace_id, ref.channel_id, STALE)


async def refused(log: MemoryLog, error: type[DomainError], command: Awaitable[Any]) -> str:
    """The words of the refusal, which has recorded nothing."""
    before = list(log.events)
    with pytest.raises(error) as refusal:
        await command
    assert log.events == before
    return refusal.value.message


@each_change
@pytest.mark.parametrize("actor", [CAROL, GUEST, MODERATOR, WORKSPACE_ADMIN])
@pytest.mark.parametrize(
    "hidden", [unknown, name_stream, of_another_workspace, private_with_bob, deleted]
)
async def test_a_channel_that_may_not_be_seen_looks_as_if_it_were_not_there(
    commands: ChannelCommands, log: MemoryLog, hidden: Any, actor: Actor, command: Command
) -> None:
    """To those who might change it if they saw it, and to those who might not."""
    ref = await hidden(commands)
    for each in (ref, stale(ref)):
        words = await refused(log, NotFound, command(commands, asked_by(actor), each))
        assert words == f"there is no channel {ref.channel_id}"


@each_change
async def test_a_deleted_channel_is_gone_for_its_creator_too(
    commands: ChannelCommands, log: MemoryLog, command: Command
) -> None:
    await refused(log, NotFound, command(commands, BY_ALICE, await deleted(commands)))


@each_change
async def test_a_private_channel_is_gone_for_its_creator_too_once_they_have_left_it(
    commands: ChannelCommands, log: MemoryLog, command: Command
) -> None:
    ref = await private_with_bob(commands)
    await commands.add_member(BY_ALICE, ref, "bob", MemberRole.ADMIN)
    await commands.remove_member(BY_ALICE, ref, "alice")
    await refused(log, NotFound, command(commands, BY_ALICE, ref))


@each_change
@pytest.mark.parametrize("channel", [unknown, public])
async def test_in_a_workspace_not_named_by_the_token_all_is_forbidden(
    commands: ChannelCommands, log: MemoryLog, channel: Any, command: Command
) -> None:
    ref = await channel(commands)
    eve = Actor("eve", {"other": WORKSPACE_ADMIN.roles["demo"]})
    for each in (ref, stale(ref)):
        words = await refused(log, Forbidden, command(commands, asked_by(eve), each))
        assert "'demo'" in words


@each_change
@pytest.mark.parametrize("channel", [private_with_bob, public])
async def test_who_sees_a_channel_and_may_not_change_it_is_told_so(
    commands: ChannelCommands, log: MemoryLog, channel: Any, command: Command
) -> None:
    if command is CHANGES["a member less"]:
        command = CHANGES["a new member"]  # bob would leave, which he may
    ref = await channel(commands)
    for each in (ref, stale(ref)):
        await refused(log, Forbidden, command(commands, asked_by(BOB), each))


@each_change
@pytest.mark.parametrize("versions", [{1}, {3}, {1, 3, 2**63}, set()])
async def test_a_channel_at_another_version_than_was_meant_is_left_alone(
    commands: ChannelCommands, log: MemoryLog, command: Command, versions: set[int]
) -> None:
    ref = await private_with_bob(commands)
    meant = ChannelRef(ref.workspace_id, ref.channel_id, frozenset(versions))
    words = await refused(log, StaleVersion, command(commands, BY_ALICE, meant))
    assert words == "the channel is at version 2 by now"


async def test_another_version_is_another_also_where_nothing_would_change(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    ref = stale(await private_with_bob(commands))
    await refused(
        log, StaleVersion, commands.update_channel(BY_ALICE, ref, ChannelPatch(name="general"))
    )
    await refused(log, StaleVersion, commands.add_member(BY_ALICE, ref, "bob"))
    await refused(log, StaleVersion, commands.remove_member(BY_ALICE, ref, "dora"))


async def test_a_name_that_is_taken_is_not_told_to_the_stale(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    await create(commands, "taken")
    ref = stale(await private_with_bob(commands))
    await refused(
        log, StaleVersion, commands.update_channel(BY_ALICE, ref, ChannelPatch(name="taken"))
    )


LAST_ADMIN: list[Command] = [
    lambda commands, cause, ref: commands.remove_member(cause, ref, "alice"),
    lambda commands, cause, ref: commands.add_member(cause, ref, "alice", MemberRole.USER),
]
NOT_PRIVATE: list[Command] = [CHANGES["a new member"], CHANGES["a member less"]]


@pytest.mark.parametrize("meant", [lambda ref: ref, stale])
async def test_what_would_be_refused_at_any_version_is_refused_for_its_own_reason(
    commands: ChannelCommands, log: MemoryLog, meant: Callable[[ChannelRef], ChannelRef]
) -> None:
    ref = meant(await private_with_bob(commands))
    for command in LAST_ADMIN:
        await refused(log, LastAdmin, command(commands, BY_ALICE, ref))
    await commands.update_channel(
        BY_ALICE, ChannelRef("demo", ref.channel_id), ChannelPatch(is_private=False)
    )
    for command in NOT_PRIVATE:
        await refused(log, NotPrivate, command(commands, BY_ALICE, ref))


INVALID: dict[str, tuple[Command, str]] = {
    "no name": (
        lambda commands, cause, ref: commands.update_channel(cause, ref, ChannelPatch(name="  ")),
        "name",
    ),
    "a long name": (
        lambda commands, cause, ref: commands.update_channel(
            cause, ref, ChannelPatch(name="a" * 101)
        ),
        "name",
    ),
    "a long description": (
        lambda commands, cause, ref: commands.update_channel(
            cause, ref, ChannelPatch(name="new", description="a" * 2_001)
        ),
        "description",
    ),
    "no user id": (lambda commands, cause, ref: commands.add_member(cause, ref, ""), "userId"),
    "a long user id": (
        lambda commands, cause, ref: commands.add_member(cause, ref, "a" * 129),
        "userId",
    ),
    "an unsayable user id": (
        lambda commands, cause, ref: commands.remove_member(cause, ref, "a\x00"),
        "userId",
    ),
}


@pytest.mark.parametrize(("command", "field"), INVALID.values(), ids=INVALID)
async def test_what_can_never_be_right_is_refused_in_words_that_name_the_field(
    commands: ChannelCommands, log: MemoryLog, command: Command, field: str
) -> None:
    words = await refused(
        log, Invalid, command(commands, BY_ALICE, await private_with_bob(commands))
    )
    assert words.startswith(f"{field} must ")
