"""The consumers of docs/feed.md, run as they are written there: each position once and in order,
over restarts of theirs, and another stream where the log was rewound."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import pytest

from tests.integration.relay.test_relay import a_life
from tests.support.background import eventually
from tests.support.clients import JS
from tests.support.nats_server import NatsServer
from tests.support.node import Node, open_node
from tests.support.relayed import another_stream, has_all, relaying, streams_of
from tests.support.rewinding import LOSE_THE_END, look_again

DOCUMENT = Path(__file__).parents[3] / "docs" / "feed.md"

PROGRAMS = {"js": ("consumer.mjs", "node"), "python": ("consumer.py", sys.executable)}


@asynccontextmanager
async def consumer(
    language: str, url: str, directory: Path, *, waits: str = "1"
) -> AsyncIterator[asyncio.StreamReader]:
    """One that runs; in Python it `waits` so many seconds for an event before it looks around."""
    name, command = PROGRAMS[language]
    (code,) = re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    (directory / name).write_text(code.replace("timeout=1)", f"timeout={waits})"))
    if not (directory / "node_modules").exists():
        (directory / "node_modules").symlink_to(JS / "node_modules")
    process = await asyncio.create_subprocess_exec(
        command,
        name,
        cwd=directory,
        env=os.environ | {"NATS_URL": url},
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # a wheel's Node is the child of a program that finds it
    )
    assert process.stdout is not None
    try:
        yield process.stdout
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def lines(said: asyncio.StreamReader, count: int) -> list[str]:
    async with asyncio.timeout(60):
        return [(await said.readline()).decode().strip() for _ in range(count)]


async def told(node: Node, *, after: int = 0) -> list[str]:
    """What a consumer is to say of the events of a workspace."""
    stored = await node.stored.select_page(after=after, limit=1_000)
    return [
        f"{each.id} {each.topic} {each.originator_id}"
        for each in stored
        if each.workspace_id == "demo" and each.topic.startswith("channel.")
    ]


@pytest.mark.parametrize("language", PROGRAMS)
async def test_a_consumer_reads_each_position_once_over_restarts_and_a_rewound_log(
    nats_server: NatsServer, database_url: str, tmp_path: Path, language: str
) -> None:
    url = nats_server.url
    async with open_node(database_url) as node, relaying(node, url):
        await a_life(node)
        await a_life(node, "elsewhere")
        first = await has_all(nats_server, node)
        expected = await told(node)
        async with consumer(language, url, tmp_path) as said:
            assert await lines(said, 1) == [f"reading {first.stream}"]
            assert await lines(said, len(expected)) == expected
            await a_life(node)
            assert await lines(said, len(expected)) == (await told(node))[len(expected) :]
            await all_are_acknowledged(nats_server, first.stream)
        await a_life(node)
        async with consumer(language, url, tmp_path) as said:
            assert await lines(said, 1) == [f"reading {first.stream}"]
            assert await lines(said, len(expected)) == (await told(node))[2 * len(expected) :]
            async with node.database.acquire() as connection:
                await connection.execute(LOSE_THE_END.format(9))
            await look_again(node)
            await a_life(node, "demo")
            second = (await another_stream(nats_server, node, first.stream)).stream
            said_then = await lines(said, 2)
            assert said_then == ["rewound, the same up to 9", f"reading {second}"]
            anew = await told(node)
            assert await lines(said, len(anew)) == anew


async def test_a_consumer_in_python_that_hears_nothing_for_long_goes_on(
    nats_server: NatsServer, database_url: str, tmp_path: Path
) -> None:
    """The library ends a wait in three ways, by which of two timers is first (findings/
    a-fetch-that-finds-nothing-ends-in-three-ways.sh)."""
    url = nats_server.url
    async with open_node(database_url) as node, relaying(node, url):
        first = await has_all(nats_server, node)
        async with consumer("python", url, tmp_path, waits="0.02") as said:
            assert await lines(said, 1) == [f"reading {first.stream}"]
            async with await nats.connect(url) as beside:
                asked = await beside.subscribe("$JS.API.CONSUMER.MSG.NEXT.>")
                for _ in range(200):
                    await asked.next_msg(timeout=60)
            await a_life(node)
            expected = await told(node)
            assert await lines(said, len(expected)) == expected


async def all_are_acknowledged(server: NatsServer, stream: str) -> None:
    async def are_they() -> bool:
        async with streams_of(server) as streams:
            (found,) = await streams.consumers_info(stream)
            return found.num_ack_pending == 0 and found.num_pending == 0

    await eventually(are_they)
