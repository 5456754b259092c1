"""The history of a channel: pages of what happened, as people read it, and who may read what."""

from typing import Any

import pytest

from domain.actor import Actor, Cause
from domain.channel import MemberRole
from domain.channel_fields import ChannelPatch
from domain.channel_repository import Change
from domain.commands import ChannelCommands
from domain.errors import Forbidden, NotFound
from domain.queries import ChannelQueries, ChannelRef, HistoryPage
from projections.representations import rfc3339
from projections.views.channel_history import HistoryEntry, What, history_entry
from tests.support.creation import ALICE, BOB, CAROL, WORKSPACE_ADMIN, asked_by, create
from tests.support.memory_log import MemoryLog

BY_ALICE = asked_by(ALICE)

Told = tuple[int, What, dict[str, Any]]

LIFE: list[Told] = [
    (1, What.CREATED, {"name": "general", "description": "text", "isPrivate": True}),
    (2, What.MEMBER_ADDED, {"userId": "bob", "role": "user"}),
    (3, What.UPDATED, {"name": "secret", "description": None}),
    (4, What.MEMBER_ROLE_CHANGED, {"userId": "bob", "role": "admin"}),
    (5, What.MEMBER_ADDED, {"userId": "dora", "role": "user"}),
    (6, What.MEMBER_REMOVED, {"userId": "dora"}),
    (7, What.UPDATED, {"name": "open", "isPrivate": False}),
    (8, What.UPDATED, {"description": "for all"}),
    (9, What.MEMBER_ADDED, {"userId": "walter", "role": "admin"}),
    (10, What.UPDATED, {"isPrivate": True}),
    (11, What.UPDATED, {"isPrivate": False}),
]
PUBLIC = [LIFE[version - 1] for version in (7, 8, 11)]
"""What happened while it was public: the rest is for members."""


@pytest.fixture
async def ref(commands: ChannelCommands) -> ChannelRef:
    """A channel with that life."""
    at = (await create(commands, description="text", is_private=True)).at
    ref = ChannelRef("demo", at.channel.id)

    async def update(patch: ChannelPatch, actor: Actor = ALICE) -> None:
        await commands.update_channel(asked_by(actor), ref, patch)

    await commands.add_member(BY_ALICE, ref, "bob")
    await update(ChannelPatch(name="secret", description=None))
    await commands.add_member(BY_ALICE, ref, "bob", MemberRole.ADMIN)
    await commands.add_member(BY_ALICE, ref, "dora")
    await commands.remove_member(BY_ALICE, ref, "dora")
    await update(ChannelPatch(name="open", is_private=False))
    await update(ChannelPatch(description="for all"))
    await update(ChannelPatch(is_private=True), WORKSPACE_ADMIN)
    await update(ChannelPatch(is_private=False))
    return ref


def told(changes: list[Change]) -> list[Told]:
    entries = [history_entry(change) for change in changes]
    return [(entry.version, entry.what, entry.changes) for entry in entries]


async def all_pages(
    queries: ChannelQueries, actor: Actor, ref: ChannelRef, limit: int
) -> list[HistoryPage]:
    pages, after = [], 0
    while True:
        page = await queries.history(actor, ref, after=after, limit=limit)
        pages.append(page)
        if page.next is None:
            return pages
        after = page.next


@pytest.mark.parametrize("limit", [1, 2, 3, 10, 11, 200])
@pytest.mark.parametrize(
    ("actor", "expected"), [(ALICE, LIFE), (BOB, LIFE), (WORKSPACE_ADMIN, LIFE), (CAROL, PUBLIC)]
)
async def test_all_pages_together_are_the_whole_life_that_the_reader_may_know(
    queries: ChannelQueries, ref: ChannelRef, actor: Actor, expected: list[Told], limit: int
) -> None:
    """Members know all of it; the others, of a public channel, what happened while it was one."""
    pages = await all_pages(queries, actor, ref, limit)
    assert [each for page in pages for each in told(page.changes)] == expected
    assert [page.next for page in pages] == [*range(limit, len(LIFE), limit), None]


@pytest.mark.parametrize("after", [11, 12, 2**62])
async def test_beyond_the_end_there_is_nothing(
    queries: ChannelQueries, ref: ChannelRef, after: int
) -> None:
    assert await queries.history(ALICE, ref, after=after, limit=5) == HistoryPage([], None)


async def test_an_entry_says_when_where_who_and_in_which_request(
    commands: ChannelCommands, queries: ChannelQueries, log: MemoryLog
) -> None:
    await create(commands, "another", actor=BOB)
    ref = ChannelRef("demo", (await create(commands)).at.channel.id)
    at = await commands.update_channel(Cause(ALICE, "request-7"), ref, ChannelPatch(name="General"))
    page = await queries.history(BOB, ref, after=1, limit=1)
    event: Any = log.events[at.position - 1].event
    assert [history_entry(change) for change in page.changes] == [
        HistoryEntry(
            version=2,
            position=5,
            at=rfc3339(event.timestamp),
            actor_id="alice",
            request_id="request-7",
            what=What.UPDATED,
            changes={"name": "General"},
        )
    ]


async def test_an_end_is_an_entry_without_more(
    commands: ChannelCommands, log: MemoryLog, ref: ChannelRef
) -> None:
    at = await commands.delete_channel(BY_ALICE, ref)
    entry = history_entry(Change(None, log.events[at.position - 1], at.channel))
    assert (entry.version, entry.what, entry.changes) == (12, What.DELETED, {})


async def test_who_became_a_member_later_knows_what_was_before(
    commands: ChannelCommands, queries: ChannelQueries, ref: ChannelRef
) -> None:
    await commands.update_channel(BY_ALICE, ref, ChannelPatch(is_private=True))
    await commands.add_member(BY_ALICE, ref, "carol")
    (page,) = await all_pages(queries, CAROL, ref, 50)
    assert told(page.changes)[: len(LIFE)] == LIFE


async def test_who_was_taken_out_knows_no_more_than_others(
    commands: ChannelCommands, queries: ChannelQueries, ref: ChannelRef
) -> None:
    await commands.update_channel(BY_ALICE, ref, ChannelPatch(is_private=True))
    await commands.remove_member(BY_ALICE, ref, "bob")
    with pytest.raises(NotFound):
        await queries.history(BOB, ref, after=0, limit=5)
    await commands.update_channel(BY_ALICE, ref, ChannelPatch(is_private=False))
    (page,) = await all_pages(queries, BOB, ref, 50)
    assert told(page.changes) == [*PUBLIC, (14, What.UPDATED, {"isPrivate": False})]


async def test_history_is_for_those_who_may_see_the_channel(
    commands: ChannelCommands, queries: ChannelQueries, ref: ChannelRef
) -> None:
    with pytest.raises(Forbidden):
        await queries.history(Actor("eve", {}), ref, after=0, limit=5)
    with pytest.raises(NotFound):
        await queries.history(ALICE, ChannelRef("other", ref.channel_id), after=0, limit=5)
    await commands.delete_channel(BY_ALICE, ref)
    with pytest.raises(NotFound):
        await queries.history(ALICE, ref, after=0, limit=5)
