"""Commands at once over real Postgres, on two nodes: nothing is lost, doubled or half done."""

import asyncio
from collections import Counter
from collections.abc import Coroutine
from typing import Any

import pytest

from domain.channel import Channel, MemberRole
from domain.channel_fields import ChannelPatch
from domain.channel_repository import ChannelAt, fold_channel
from domain.commands import MAX_ATTEMPTS, ChannelCommands, Creation
from domain.errors import Conflict, DomainError, Forbidden, NameTaken, NotFound, StaleVersion
from domain.event_log import RecordedEvent
from domain.queries import ChannelRef
from tests.support.creation import ALICE, BOB, asked_by, create
from tests.support.lives import Attempt, Lives
from tests.support.log_state import channel_in, channels, check_whole, held_names, streams
from tests.support.node import Node

AT_ONCE = 24
BY_ALICE = asked_by(ALICE)


@pytest.fixture
def nodes(node: Node, second_node: Node) -> list[ChannelCommands]:
    """Whom each of those who are at once asks: one node or the other, in turn."""
    return [each.commands for each in (node, second_node)] * (AT_ONCE // 2)


async def at_once(commands: list[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Their outcomes."""
    outcomes = await asyncio.gather(*commands, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException) and not isinstance(outcome, DomainError):
            raise outcome
    return outcomes


async def new(commands: ChannelCommands, name: str = "general", **more: Any) -> ChannelRef:
    at = (await create(commands, name, **more)).at
    return ChannelRef(at.channel.workspace_id, at.channel.id)


def kinds(outcomes: list[Any]) -> Counter[type]:
    return Counter(type(outcome) for outcome in outcomes)


def check_told(log: list[RecordedEvent], attempts: list[Attempt]) -> None:
    """Each answer is the channel as the log has it at that position; what the log holds of each
    request is one append of it, and of a refused one nothing."""
    by_stream = streams(log)
    recorded: dict[str, list[int]] = {attempt.correlation_id: [] for attempt in attempts}
    for each in log:
        event: Any = each.event
        recorded[event.correlation_id].append(each.position)
    for attempt in attempts:
        positions = recorded[attempt.correlation_id]
        if not isinstance(attempt.outcome, ChannelAt):
            assert positions == [], attempt
            continue
        channel, position = attempt.outcome.channel, attempt.outcome.position
        at = fold_channel(by_stream[channel.id][: channel.version])
        assert at is not None
        assert (vars(at.channel), at.position) == (vars(channel), position)
        if positions:  # else nothing had to be changed
            assert positions == list(range(positions[0], positions[-1] + 1))
            own = [each for each in positions if isinstance(log[each - 1].event, Channel.Event)]
            assert own[-1] == position


@pytest.mark.parametrize("seed", [1, 2])
async def test_any_commands_at_once_leave_a_log_that_is_whole_and_says_what_was_answered(
    node: Node, second_node: Node, seed: int
) -> None:
    lives = Lives([node.commands, second_node.commands], names=("a", "A", "b", "c", "d"))
    await lives.live(callers=AT_ONCE, commands=25, seed=seed)
    log = await node.whole_log()
    check_whole(log)
    check_told(log, lives.attempts)
    outcomes = kinds([attempt.outcome for attempt in lives.attempts])
    assert outcomes.keys() >= {ChannelAt, NameTaken, NotFound, Forbidden}


async def test_of_many_who_want_one_name_one_gets_it(
    node: Node, nodes: list[ChannelCommands]
) -> None:
    """Whether they create a channel or rename one."""
    refs = [await new(nodes[0], f"channel {number}") for number in range(AT_ONCE // 2)]
    outcomes = await at_once(
        [
            commands.update_channel(BY_ALICE, refs[number // 2], ChannelPatch(name="Wanted"))
            if number % 4 < 2
            else create(commands, "wanted", actor=BOB)
            for number, commands in enumerate(nodes)
        ]
    )
    log = await node.whole_log()
    check_whole(log)
    holder = held_names(log)["demo", "wanted"]
    got = [outcome for outcome in outcomes if not isinstance(outcome, NameTaken)]
    assert {(each.at if isinstance(each, Creation) else each).channel.id for each in got} == {
        holder
    }


async def test_a_name_that_is_given_back_again_and_again_is_held_by_one_at_each_time(
    node: Node, nodes: list[ChannelCommands]
) -> None:
    async def create_and_delete(commands: ChannelCommands) -> int:
        done = 0
        for _ in range(10):
            try:
                ref = await new(commands, "wanted")
            except (NameTaken, Conflict):
                continue
            await commands.delete_channel(BY_ALICE, ref)
            done += 1
        return done

    done = await asyncio.gather(*(create_and_delete(commands) for commands in nodes[:8]))
    log = await node.whole_log()
    check_whole(log)
    assert held_names(log) == {}
    assert len(channels(log)) == sum(done) > 1


async def test_all_members_that_are_let_in_at_once_are_in(
    node: Node, nodes: list[ChannelCommands]
) -> None:
    """Nobody gives up: in each round one is quicker than the others, and they are fewer than a
    command's attempts."""
    ref = await new(nodes[0], is_private=True)
    outcomes = await at_once(
        [
            commands.add_member(BY_ALICE, ref, f"user-{number}")
            for number, commands in enumerate(nodes)
        ]
    )
    assert AT_ONCE <= MAX_ATTEMPTS
    assert kinds(outcomes) == {ChannelAt: AT_ONCE}
    channel = channel_in(await node.whole_log(), ref.channel_id)
    assert set(channel.members) - {"alice"} == {f"user-{number}" for number in range(AT_ONCE)}
    assert channel.version == len(channel.members)


async def test_of_many_who_mean_one_version_one_changes_it(
    node: Node, nodes: list[ChannelCommands]
) -> None:
    ref = await new(nodes[0])
    meant = ChannelRef(ref.workspace_id, ref.channel_id, frozenset({1}))
    outcomes = await at_once(
        [
            commands.update_channel(BY_ALICE, meant, ChannelPatch(description=f"text {number}"))
            for number, commands in enumerate(nodes)
        ]
    )
    assert kinds(outcomes) == {ChannelAt: 1, StaleVersion: AT_ONCE - 1}
    (winner,) = (outcome for outcome in outcomes if isinstance(outcome, ChannelAt))
    channel = channel_in(await node.whole_log(), ref.channel_id)
    assert vars(channel) == vars(winner.channel)


async def test_what_many_want_at_once_is_done_once(
    node: Node, nodes: list[ChannelCommands]
) -> None:
    ref = await new(nodes[0], is_private=True)
    for number, outcomes in enumerate(
        [
            await at_once(
                [each.update_channel(BY_ALICE, ref, ChannelPatch(name="new")) for each in nodes]
            ),
            await at_once(
                [each.add_member(BY_ALICE, ref, "bob", MemberRole.ADMIN) for each in nodes]
            ),
            await at_once([each.remove_member(BY_ALICE, ref, "bob") for each in nodes]),
        ]
    ):
        assert kinds(outcomes) == {ChannelAt: AT_ONCE}
        assert {outcome.channel.version for outcome in outcomes} == {number + 2}
    outcomes = await at_once([each.delete_channel(BY_ALICE, ref) for each in nodes])
    assert kinds(outcomes) == {ChannelAt: 1, NotFound: AT_ONCE - 1}
    channel = channel_in(await node.whole_log(), ref.channel_id)
    assert (channel.version, channel.is_deleted) == (5, True)


async def test_all_last_admins_who_leave_at_once_but_one_are_gone(
    node: Node, nodes: list[ChannelCommands]
) -> None:
    ref = await new(nodes[0], is_private=True)
    await nodes[0].add_member(BY_ALICE, ref, "bob", MemberRole.ADMIN)
    outcomes = await at_once(
        [
            commands.remove_member(asked_by(actor), ref, actor.user_id)
            for commands, actor in zip(nodes, (ALICE, BOB), strict=False)
        ]
    )
    assert len([outcome for outcome in outcomes if isinstance(outcome, ChannelAt)]) == 1
    channel = channel_in(await node.whole_log(), ref.channel_id)
    assert list(channel.members.values()) == [MemberRole.ADMIN]
