"""The clients of docs/delivery.md, run as they are written there: each channel is shown once, and
once more where a client begins anew."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from tests.faults.proxy import CHUNK, Proxy, Stream
from tests.support.channels import create_channel
from tests.support.clients import JS, PATIENCE
from tests.support.service import RunningService, free_port, running_service
from tests.support.tokens import token

DOCUMENT = Path(__file__).parents[3] / "docs" / "delivery.md"

PROGRAMS = {"js": ("client.mjs", "node"), "python": ("client.py", sys.executable)}

BY_AUTH_SUCCESS = re.compile(r'^socket\.on\("auth-success".*?^}\);\n', re.DOTALL | re.MULTILINE)


def program(language: str) -> str:
    """The client in a language; `js by socket.recovered` goes by that, as Socket.IO says."""
    name = language.partition(" ")[0]
    code, *others = re.findall(rf"```{name}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    if name != language:
        code, count = BY_AUTH_SUCCESS.subn(lambda _: others[0], code)
        assert count == 1
    return str(code)


class Shown:
    """A client of the document as a process, and what it has shown."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.channels: list[str] = []
        self._process = process

    async def until(self, channel: str, *, within: float = 3 * PATIENCE) -> None:
        assert self._process.stdout is not None
        async with asyncio.timeout(within):
            while channel not in self.channels:
                line = (await self._process.stdout.readline()).decode()
                assert line, f"the client has ended: {await self._process.wait()}"
                self.channels.append(line.removeprefix("shown: ").strip())

    async def begun(self, service: RunningService) -> None:
        """Wait until it listens, of which nothing says that it does but what it shows."""
        for number in range(100):
            first = f"first {number} {uuid4()}"
            await create_channel(service.url, "demo", first)
            with suppress(TimeoutError):
                return await self.until(first, within=0.5)
        raise AssertionError("it does not listen")


@asynccontextmanager
async def client(language: str, port: str, directory: Path) -> AsyncIterator[Shown]:
    name, command = PROGRAMS[language.partition(" ")[0]]
    code = program(language).replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    (directory / name).write_text(code)
    (directory / "node_modules").symlink_to(JS / "node_modules")
    process = await asyncio.create_subprocess_exec(
        command,
        name,
        cwd=directory,
        env=os.environ | {"TOKEN": token("developer"), "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Shown(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


class FirstListCut(Proxy):
    """A way to the service on which the first list ends before its answer."""

    has_cut = False

    async def _forward(self, near: Stream, far: Stream) -> None:
        first = await near[0].read(CHUNK)
        if first.startswith(b"GET /workspaces") and not self.has_cut:
            self.has_cut = True
            return
        far[1].write(first)
        await super()._forward(near, far)


LANGUAGES = ("js", "js by socket.recovered", "python")


@asynccontextmanager
async def clients(
    service: RunningService, *languages: str, directory: Path
) -> AsyncIterator[list[Shown]]:
    """A client in each language, which listens before the next one begins: what makes sure of that
    might take another too far."""
    port = service.url.rpartition(":")[2]
    async with AsyncExitStack() as stack:
        opened = []
        for language in languages:
            (place := directory / language).mkdir()
            shown = await stack.enter_async_context(client(language, port, place))
            await shown.begun(service)
            opened.append(shown)
        yield opened


async def test_each_channel_is_shown_once_over_restarts_of_the_service(
    database_url: str, tmp_path: Path
) -> None:
    port, expected = str(free_port()), []
    async with AsyncExitStack() as stack:
        with running_service(database_url, port=port) as service:
            await create_channel(service.url, "demo", "before")
            opened = clients(service, *LANGUAGES, directory=tmp_path)
            all_shown = await stack.enter_async_context(opened)
        with running_service(database_url) as elsewhere:
            for round_ in range(2):
                expected.append(f"missed {round_}")
                await create_channel(elsewhere.url, "demo", expected[-1])
                with running_service(database_url, port=port) as service:
                    for shown in all_shown:
                        await shown.until(expected[-1])
                    expected.append(f"live {round_}")
                    await create_channel(service.url, "demo", expected[-1])
                    for shown in all_shown:
                        await shown.until(expected[-1])
        for language, shown in zip(LANGUAGES, all_shown, strict=True):
            assert shown.channels[-len(expected) :] == expected, language
            assert len(shown.channels) == len(set(shown.channels)), language


async def test_who_was_too_far_behind_begins_anew_and_shows_each_channel_once(
    database_url: str, tmp_path: Path
) -> None:
    port, languages = str(free_port()), LANGUAGES[:2]
    async with AsyncExitStack() as stack:
        # Without the limit yet: what begins them might take them too far as well.
        with running_service(database_url, port=port) as service:
            await create_channel(service.url, "demo", "before")
            opened = clients(service, *languages, directory=tmp_path)
            all_shown = await stack.enter_async_context(opened)
            for shown in all_shown:
                await shown.until("before")
        missed = [f"missed {number}" for number in range(5)]
        with running_service(database_url) as elsewhere:
            for name in missed:
                await create_channel(elsewhere.url, "demo", name)
        with running_service(database_url, port=port, resume_limit="2") as service:
            for shown in all_shown:
                for name in missed:
                    await shown.until(name)
            await create_channel(service.url, "demo", "live")
            for shown in all_shown:
                await shown.until("live")
        for language, shown in zip(languages, all_shown, strict=True):
            # The first list may come after what was live meanwhile; no third one is asked for.
            first, second = [at for at, name in enumerate(shown.channels) if name == "before"]
            anew = shown.channels[second:]
            assert len(set(shown.channels[:second])) == second > first, language
            assert set(anew) > {"before", *missed}, language
            assert len(anew) == len(set(anew)), language


@pytest.mark.parametrize("language", ["js", "js by socket.recovered"])
async def test_a_list_that_fails_is_fetched_again(
    service: RunningService, tmp_path: Path, language: str
) -> None:
    await create_channel(service.url, "demo", f"before {language}")
    async with (
        FirstListCut(
            partial(asyncio.open_connection, "127.0.0.1", int(service.url.rpartition(":")[2]))
        ) as way,
        client(language, str(way.port), tmp_path) as shown,
    ):
        await shown.until(f"before {language}")
    assert way.has_cut
