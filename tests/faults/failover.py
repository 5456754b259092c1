"""The databases of a run: a primary and its replica, which takes its place with what it has."""

import asyncio
import json
import os
from collections.abc import Sequence
from urllib.parse import urlsplit, urlunsplit

from tests.faults.history import Entry, Rewind
from tests.faults.proxy import Stream
from tests.faults.recorder import Recorder
from tests.support.postgres import StoppableServer, ask, create_database, socket_path
from tests.support.program import KANAL
from tests.support.replica import ReplicatedPostgres


class Databases:
    """One database of a primary, and its copy at the replica; `dial` leads to the primary."""

    def __init__(self, servers: ReplicatedPostgres, recorder: Recorder) -> None:
        self._servers = servers
        self._recorder = recorder
        self._path = ""
        self._has_primary = True
        self._lost_log: list[Entry] = []
        self._lost_epochs: Sequence[str] = ()

    async def start(self) -> None:
        await self._servers.start()
        url = await asyncio.to_thread(create_database, self._servers.primary.url)
        self._path = urlsplit(url).path
        await self._servers.replicate()

    async def stop(self) -> None:
        await self._servers.stop()

    @property
    def primary(self) -> StoppableServer:
        return self._servers.primary

    @property
    def url(self) -> str:
        """Of the database at the primary, past everything."""
        return self._at(self.primary)

    async def dial(self) -> Stream:
        """Raises OSError where there is no primary."""
        if not self._has_primary:
            raise ConnectionRefusedError
        return await asyncio.open_unix_connection(socket_path(self.primary.url))

    async def fall_behind(self) -> None:
        """Let the replica get nothing any more."""
        await self._servers.fall_behind()

    async def lose_primary(self) -> None:
        """Kill the primary for good; nobody but us looks once more at what it had."""
        self._has_primary = False
        await self._servers.lose_primary()
        await asyncio.to_thread(self.primary.start)
        self._lost_log = await read_log(self.url)
        self._lost_epochs = await read_epochs(self.url)
        await asyncio.to_thread(self.primary.stop)

    async def promote_replica(self) -> None:
        """Let the replica take the place of the primary, and have a new one."""
        head = await ask(self._at(self._servers.replica), "SELECT position FROM log_head")
        assert isinstance(head, int)
        lost = self._lost_log[head:]
        rewind = Rewind(self._recorder.now, head, lost, self._lost_epochs)
        self._recorder.history.rewinds.append(rewind)
        self._recorder.note("database", f"{len(lost)} events after position {head} are lost")
        await self._servers.promote()
        self._has_primary = True
        await self._servers.replicate()

    def _at(self, server: StoppableServer) -> str:
        return urlunsplit(urlsplit(server.url)._replace(path=self._path))


async def read_log(url: str) -> list[Entry]:
    """The whole log of a database, as the command line prints it."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("KANAL_")}
    process = await asyncio.create_subprocess_exec(
        KANAL, "tail",
        env={**others, "KANAL_DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    assert process.returncode == 0
    lines = [json.loads(line) for line in output.splitlines()]
    return [Entry(line["position"], line["stream"], line["topic"], line["state"]) for line in lines]


async def read_epochs(url: str) -> Sequence[str]:
    """The ids that the log of a database has had, one after the other."""
    found = await ask(url, "SELECT array_agg(id::text ORDER BY number) FROM log_epochs")
    assert isinstance(found, list)
    return found
