"""Who goes through the log page by page: the next page is on its way while one is used."""

import asyncio
from contextlib import aclosing

import pytest

from domain.errors import Unavailable
from persistence.log.reading_ahead import ahead

PAGES = {0: [1, 2], 2: [3, 4], 4: [5], 5: []}


async def test_pages_come_in_order_and_the_next_is_asked_for_before_one_is_used() -> None:
    happened: list[object] = []

    async def read(after: int) -> list[int]:
        happened.append(f"after {after}")
        return PAGES[after]

    async with aclosing(ahead(read, int, after=0)) as pages:
        async for page in pages:
            happened.append(page)
    assert happened == ["after 0", "after 2", [1, 2], "after 4", [3, 4], "after 5", [5]]


async def test_what_is_on_its_way_ends_with_who_leaves() -> None:
    ended = asyncio.Event()

    async def read(after: int) -> list[int]:
        if after:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()
        return PAGES[after]

    async with aclosing(ahead(read, int, after=0)) as pages:
        assert await anext(pages) == [1, 2]
    assert ended.is_set()


async def test_a_page_that_was_away_while_the_one_before_was_used_is_asked_for_again() -> None:
    asked: list[int] = []

    async def read(after: int) -> list[int]:
        asked.append(after)
        if asked.count(after) == 1:
            raise Unavailable("no answer in time")
        return PAGES[after]

    async with aclosing(ahead(read, int, after=0)) as pages:
        assert [page async for page in pages] == [[1, 2], [3, 4], [5]]
    assert asked == [0, 0, 2, 2, 4, 4, 5, 5]


async def test_what_fails_on_its_way_is_told_where_it_would_come() -> None:
    async def read(after: int) -> list[int]:
        if after:
            raise ConnectionError
        return PAGES[after]

    async with aclosing(ahead(read, int, after=0)) as pages:
        assert await anext(pages) == [1, 2]
        with pytest.raises(ConnectionError):
            await anext(pages)
