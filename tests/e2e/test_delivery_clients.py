"""The clients of docs/delivery.md, run as they are written there: each channel is shown once."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from tests.support.channels import create_channel
from tests.support.clients import JS, PATIENCE
from tests.support.service import running_service
from tests.support.tokens import token

DOCUMENT = Path(__file__).parents[2] / "docs" / "delivery.md"

PROGRAMS = {"js": ("client.mjs", "node"), "python": ("client.py", sys.executable)}


@pytest.mark.parametrize("language", PROGRAMS)
async def test_each_channel_is_shown_once_over_restarts_of_the_service(
    database_url: str, unused_tcp_port: int, tmp_path: Path, language: str
) -> None:
    code = re.search(rf"```{language}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert code is not None
    name, program = PROGRAMS[language]
    port = str(unused_tcp_port)
    (tmp_path / name).write_text(code[1].replace("127.0.0.1:8000", f"127.0.0.1:{port}"))
    (tmp_path / "node_modules").symlink_to(JS / "node_modules")
    shown: list[str] = []

    async def until_shown(stream: asyncio.StreamReader, channel: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while channel not in shown:
                shown.append((await stream.readline()).decode().removeprefix("shown: ").strip())

    with running_service(database_url, port=port) as service:
        await create_channel(service.url, "demo", "before")
        client = await asyncio.create_subprocess_exec(
            program,
            name,
            cwd=tmp_path,
            env=os.environ | {"TOKEN": token("developer"), "PYTHONUNBUFFERED": "1"},
            stdout=asyncio.subprocess.PIPE,
        )
        assert client.stdout is not None
        # Nothing says that it listens but what it shows.
        for number in range(100):
            await create_channel(service.url, "demo", f"first {number}")
            try:
                async with asyncio.timeout(0.5):
                    await until_shown(client.stdout, f"first {number}")
                break
            except TimeoutError:
                continue
    try:
        expected = []
        with running_service(database_url) as elsewhere:
            for round_ in range(2):
                expected.append(f"missed {round_}")
                await create_channel(elsewhere.url, "demo", expected[-1])
                with running_service(database_url, port=port) as service:
                    await until_shown(client.stdout, expected[-1])
                    expected.append(f"live {round_}")
                    await create_channel(service.url, "demo", expected[-1])
                    await until_shown(client.stdout, expected[-1])
        assert shown[-len(expected) :] == expected
        assert len(shown) == len(set(shown))
    finally:
        client.kill()
        await client.wait()
