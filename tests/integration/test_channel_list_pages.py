"""The channel list in pages: what is visible, whole and in order, while channels are created."""

import asyncio
import itertools
import random

import pytest

from domain.actor import Actor, Cause, Role
from domain.channel_fields import NewChannel
from domain.errors import Unavailable
from persistence.log.wakeup import Wakeup
from projections.channel_list.reader import ChannelList, ChannelPage
from tests.support.background import running
from tests.support.channel_list import all_pages, visible
from tests.support.clients import PATIENCE
from tests.support.events import channel_created
from tests.support.node import Node

USERS = ("alice", "bob", "Карл")
WORKSPACES = ("demo", "other", "Отдел 7")


async def create_anything(node: Node, random_: random.Random, number: int) -> None:
    user, workspace = random_.choice(USERS), random_.choice(WORKSPACES)
    new = NewChannel(
        name=f"{random_.choice(('Team', 'команда', '🙂'))} {number}",
        description=random_.choice((None, "", "About\n'it'", "\\N\t\\.")),
        is_private=random_.random() < 0.5,
    )
    cause = Cause(Actor(user, {workspace: Role.USER}), "a request")
    await node.commands.create_channel(cause, workspace, new)


@pytest.mark.usefixtures("list_is_kept")
@pytest.mark.parametrize("seed", [1, 2])
async def test_the_list_is_what_the_log_says_to_the_last_letter(
    node: Node, second_node: Node, seed: int
) -> None:
    random_ = random.Random(seed)
    writers = (node, second_node)
    await asyncio.gather(
        *(create_anything(random_.choice(writers), random_, number) for number in range(80))
    )
    await node.list_reached(160)
    log = await node.whole_log()
    for workspace in WORKSPACES:
        for user in (*USERS, "a stranger"):
            expected = visible(log, workspace, user)
            page = await second_node.channels.page(workspace, user, limit=100, after=0)
            assert (page.channels, page.next, page.position) == (expected, None, 160)
            for limit in (1, 7, len(expected), len(expected) + 1):
                found = await all_pages(node.channels, workspace, user, limit)
                assert found == expected
    assert (await node.channels.page("nowhere", "alice", limit=5, after=0)).channels == []


@pytest.mark.usefixtures("list_is_kept")
async def test_a_page_shows_what_it_claims_while_channels_are_created(
    node: Node, second_node: Node
) -> None:
    """All that was created up to its position, and nothing beyond; from any place on."""
    random_, numbers, enough = random.Random(3), itertools.count(), asyncio.Event()

    async def create_until_enough(writer: Node) -> None:
        while not enough.is_set():
            await create_anything(writer, random_, next(numbers))

    pages: list[tuple[int, ChannelPage]] = []
    async with asyncio.timeout(3 * PATIENCE), asyncio.TaskGroup() as tasks:
        for writer in (node, second_node) * 4:
            tasks.create_task(create_until_enough(writer))
        place = 0
        while len({page.position for _, page in pages}) < 20:
            page = await second_node.channels.page("demo", "bob", limit=5, after=place)
            pages.append((place, page))
            place = page.next or 0
        enough.set()
    everything = visible(await node.whole_log(), "demo", "bob")
    for place, page in pages:
        there = [each for each in everything if place < each.position <= page.position]
        assert page.channels == there[:5]
        assert page.next == (there[4].position if len(there) > 5 else None)
    claimed = [page.position for _, page in pages]
    assert claimed == sorted(claimed)


async def test_who_waits_for_a_position_has_it_when_it_is_reached_and_not_before(
    node: Node,
) -> None:
    for _ in range(3):
        await node.log.append([channel_created()], "demo")
    waiting = asyncio.create_task(node.channels.wait_for(3))
    for _ in range(10):  # looks again and again, in vain
        node.wakeup.wake("kanal_checkpoint")
        await node.stored.head()
    assert not waiting.done()
    async with running(node.runner().run()), asyncio.timeout(PATIENCE):
        await waiting
    assert (await node.channels.page("demo", "alice", limit=9, after=0)).position == 3


@pytest.mark.usefixtures("list_is_kept")
async def test_who_waits_is_woken_or_else_looks_from_time_to_time(
    node: Node, second_node: Node
) -> None:
    lists = [
        ChannelList(each.database, each.wakeup, poll_interval=3600) for each in (node, second_node)
    ]
    deaf = ChannelList(node.database, Wakeup(node.database), poll_interval=0.01)
    waiting = [asyncio.create_task(each.wait_for(1)) for each in (*lists, deaf)]
    await node.stored.head()
    await node.log.append([channel_created()], "demo")
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*waiting)


async def test_a_list_that_cannot_be_read_is_unavailable(node: Node) -> None:
    await node.database.close()
    with pytest.raises(Unavailable):
        await node.channels.page("demo", "alice", limit=5, after=0)
    with pytest.raises(Unavailable):
        await node.channels.wait_for(1)
