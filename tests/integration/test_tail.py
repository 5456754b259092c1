"""`kanal tail --follow` over a log that loses its end: it says so, and goes on from the rest."""

import json

import asyncpg
import pytest

from scripts.cli.tail import LogLines, _print_pages
from tests.support.background import eventually, running
from tests.support.creation import create
from tests.support.node import Node
from tests.support.rewinding import LOSE_THE_END, PROMOTE, look_again


async def test_what_takes_the_place_of_what_is_gone_is_printed_too(
    node: Node, admin: asyncpg.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    printed, said = "", ""

    async def has_printed(count: int) -> bool:
        nonlocal printed, said
        output = capsys.readouterr()
        printed, said = printed + output.out, said + output.err
        return printed.count("\n") == count

    for name in ("a", "b", "c"):
        await create(node.commands, name)
    async with running(_print_pages(LogLines(node.stored), node.wakeup, 0)):
        await eventually(lambda: has_printed(6))
        await admin.execute(PROMOTE)
        await admin.execute(LOSE_THE_END.format(2))
        await look_again(node)
        await create(node.commands, "d")
        await eventually(lambda: has_printed(8))
    lines = [json.loads(line) for line in printed.splitlines()]
    first, second = [str(epoch.id) for epoch in (await node.stored.lineage()).epochs]
    assert [(line["position"], line["log"]) for line in lines] == [
        *((position, first) for position in range(1, 7)), (3, second), (4, second),
    ]  # fmt: skip
    assert said == "kanal: the log was rewound: positions 3 to 6 are gone\n"
