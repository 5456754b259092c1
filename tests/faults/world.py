"""The world of a run: Postgres, the service, the ways between them and to the clients, the clients.

writers ──────────────→ service ── link ──→ Postgres
subscribers ─ network ─→
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.faults.history import Entry, Model, Recorder
from tests.faults.proxy import Proxy, Stream
from tests.faults.subscribers import Subscriber, subscriber
from tests.faults.supervisor import Supervisor
from tests.support.background import eventually, running
from tests.support.clients import PATIENCE
from tests.support.postgres import StoppableServer, create_database
from tests.support.service import KANAL
from tests.support.tokens import token

WORKSPACES = ("red", "blue")


@dataclass
class World:
    """What there is, for the nemesis to break."""

    postgres: StoppableServer
    link: Proxy
    service: Supervisor
    network: Proxy
    subscribers: list[Subscriber]
    database_url: str
    """Past the link."""

    async def read_lists(
        self, users: list[str], *, upto: int
    ) -> dict[tuple[str, str], list[Model]]:
        """The channels as each user has them in each workspace, as of a position."""
        async with httpx.AsyncClient(base_url=self.service.url, timeout=PATIENCE) as http:
            return {
                (user, workspace): await _list(http, user, workspace, upto)
                for user in users
                for workspace in WORKSPACES
            }

    async def read_log(self) -> list[Entry]:
        """The whole log, as the command line prints it."""
        process = await asyncio.create_subprocess_exec(
            KANAL, "tail",
            env={**os.environ, "KANAL_DATABASE_URL": self.database_url},
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        output, _ = await process.communicate()
        assert process.returncode == 0
        lines = [json.loads(line) for line in output.splitlines()]
        return [
            Entry(line["position"], line["stream"], line["topic"], line["state"]) for line in lines
        ]


@asynccontextmanager
async def world(
    directory: Path,
    users: list[str],
    subscribers: int,
    recorder: Recorder,
    *,
    command: Sequence[str] = (KANAL, "serve"),
    **settings: str,
) -> AsyncIterator[World]:
    """All of it, started; everybody has authenticated. It ends in the opposite order.

    `command` and `settings` are the service's.
    """
    async with AsyncExitStack() as stack:
        postgres = StoppableServer(directory)
        await asyncio.to_thread(postgres.start)
        stack.push_async_callback(asyncio.to_thread, postgres.stop)
        direct_url = await asyncio.to_thread(create_database, postgres.url)

        async def dial_postgres() -> Stream:
            return await asyncio.open_unix_connection(_socket_of(direct_url))

        link = await stack.enter_async_context(Proxy(dial_postgres))
        database = urlsplit(direct_url).path
        url = f"postgresql://postgres@127.0.0.1:{link.port}{database}?sslmode=disable"
        service = Supervisor(url, recorder, command, **settings)
        await asyncio.to_thread(service.start)
        stack.push_async_callback(asyncio.to_thread, service.stop)

        async def dial_service() -> Stream:
            return await asyncio.open_connection("127.0.0.1", service.port)

        network = await stack.enter_async_context(Proxy(dial_service))
        here = f"http://127.0.0.1:{network.port}"
        all_ = [
            await stack.enter_async_context(
                subscriber(here, number, *_who(number, users), recorder)
            )
            for number in range(subscribers)
        ]
        await stack.enter_async_context(running(*(each.run() for each in all_)))
        for each in all_:
            await eventually(each.has_begun)
        yield World(postgres, link, service, network, all_, direct_url)


def _who(number: int, users: list[str]) -> tuple[str, tuple[str, ...]]:
    """The user of a subscriber, and its workspaces: most have all, every third only one."""
    workspaces = WORKSPACES if number % 3 != 2 else WORKSPACES[:1]
    return users[number % len(users)], workspaces


def _socket_of(url: str) -> str:
    return urlsplit(url).query.removeprefix("host=") + "/.s.PGSQL.5432"


async def _list(http: httpx.AsyncClient, user: str, workspace: str, upto: int) -> list[Model]:
    channels: list[Model] = []
    query = {"minPosition": str(upto), "limit": "200"}
    headers = {"Authorization": f"Bearer {token(user, (workspace,))}"}
    while True:
        answer = await http.get(f"/workspaces/{workspace}/channels", params=query, headers=headers)
        page = answer.raise_for_status().json()
        channels += page["channels"]
        if page["next"] is None:
            return channels
        query["after"] = page["next"]
