"""Replay pages: made once for all who ask, never behind what may be seen, and bounded."""

import asyncio

import pytest

from domain.actor import Cause
from domain.channel_fields import ChannelPatch
from domain.event_log import RecordedEvent
from tests.support.catching_up import Resuming
from tests.support.creation import ALICE
from transport.delivery.replay_pages import MAX_PAGES, ReplayPage

ALICE_ASKS = Cause(ALICE, "a request")


class Counting(Resuming):
    """Counts what is read of workspaces."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[tuple[str, int, int]] = []
        self._read_workspace = self.log.read_workspace
        self.log.read_workspace = self._noting  # type: ignore[method-assign]

    async def _noting(self, workspace_id: str, *, after: int, upto: int) -> list[RecordedEvent]:
        self.read.append((workspace_id, after, upto))
        await asyncio.sleep(0)
        return await self._read_workspace(workspace_id, after=after, upto=upto)

    async def page(self, *, upto: int, after: int = 0, changed_at: int = 0) -> ReplayPage:
        return await self.pages.page("demo", after, upto=upto, changed_at=changed_at)


@pytest.fixture
def counting() -> Counting:
    return Counting()


async def test_who_asks_at_once_shares_one_page_that_is_read_once(counting: Counting) -> None:
    await counting.create("one")
    pages = await asyncio.gather(*(counting.page(upto=2) for _ in range(20)))
    assert len({id(page) for page in pages}) == 1
    assert counting.read == [("demo", 0, 2)]
    assert [outgoing.emission.event for outgoing in pages[0].told] == ["channel-created"]


async def test_a_page_that_is_asked_for_further_reads_the_rest_alone(counting: Counting) -> None:
    await counting.create("one")
    await counting.page(upto=2)
    await counting.create("two")
    page = await counting.page(upto=4)
    assert counting.read == [("demo", 0, 2), ("demo", 2, 4)]
    assert len(page.told) == 2


async def test_what_may_be_seen_is_looked_up_again_where_a_channel_has_changed(
    counting: Counting,
) -> None:
    ref = await counting.create("one")
    page = await counting.page(upto=2)
    assert page.is_visible(ref.channel_id, "bob")
    await counting.commands.update_channel(ALICE_ASKS, ref, ChannelPatch(is_private=True))
    page = await counting.page(upto=2, changed_at=3)
    assert not page.is_visible(ref.channel_id, "bob")
    assert page.is_visible(ref.channel_id, "alice")
    assert len(counting.read) == 1, "the channels were read, and not the page"


async def test_a_read_that_fails_leaves_the_page_to_the_next_who_asks(counting: Counting) -> None:
    await counting.create("one")
    works, counting._read_workspace = counting._read_workspace, None  # type: ignore[assignment]
    with pytest.raises(TypeError):
        await counting.page(upto=2)
    counting._read_workspace = works
    assert len((await counting.page(upto=2)).told) == 1


async def test_no_more_pages_are_kept_than_may_be(counting: Counting) -> None:
    await counting.create("one")
    first = await counting.page(upto=2)
    for number in range(MAX_PAGES):
        await counting.pages.page(f"workspace {number}", 0, upto=2, changed_at=0)
    assert await counting.page(upto=2) is not first


async def test_after_a_rewind_every_page_is_made_anew(counting: Counting) -> None:
    await counting.create("one")
    before = await counting.page(upto=2)
    counting.pages.forget()
    assert await counting.page(upto=2) is not before
