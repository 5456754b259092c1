"""Stretches of the log: whoever goes from one to the next has each event once and in order, however
unevenly the workspaces share them."""

import pytest

from domain.visibility import SEEN_BY_NOBODY
from persistence.database.pool import Database
from persistence.log.stretch_reading import LEAST_OF_EACH, StretchReading
from tests.support.events import channel_created
from tests.support.node import open_node

BUSY = 3 * LEAST_OF_EACH


@pytest.mark.parametrize("limit", [1, LEAST_OF_EACH, 4 * LEAST_OF_EACH])
async def test_each_event_is_read_once_and_in_order(database_url: str, limit: int) -> None:
    workspaces = [f"w{number}" for number in range(9)]
    async with open_node(database_url) as node:
        said: list[tuple[int, str]] = []
        for turn in range(BUSY):
            quiet = [workspaces[1 + turn // 10]] if turn % 10 == 0 else []
            for workspace_id in ["w0", *quiet, "elsewhere"]:
                position = await node.log.append([channel_created()], workspace_id)
                said.append((position, workspace_id))
        database = Database(database_url)
        await database.open()
        try:
            for wanted in (None, workspaces, ["w0"], ["w3", "nobody's"]):
                reading, after = StretchReading(database, ignoring=SEEN_BY_NOBODY), 0
                found: list[tuple[int, str | None]] = []
                while True:
                    stretch = await reading.read(wanted, after=after, limit=limit)
                    assert stretch.head == said[-1][0]
                    assert all(after < each.id <= stretch.upto for each in stretch.events)
                    found += [(each.id, each.workspace_id) for each in stretch.events]
                    if stretch.upto == after:
                        break
                    after = stretch.upto
                assert after == stretch.head
                assert found == [each for each in said if wanted is None or each[1] in wanted]
        finally:
            await database.close()
