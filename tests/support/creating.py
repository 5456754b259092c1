"""Creates that go on while something is done to the service."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.support.background import eventually, running
from tests.support.tokens import token

CLIENTS = 3

PAUSE = 0.01
"""Seconds between the creates of a client, so that there is time for something else."""


@dataclass
class Creates:
    """What has become of them so far."""

    created: int = 0
    failed: "Counter[str]" = field(default_factory=Counter)
    """How they failed: a status, or what the connection has come to."""

    async def some_more(self) -> None:
        """Wait until some more were created."""
        wanted = self.created + 20

        async def are_there() -> bool:
            return self.created >= wanted or bool(self.failed)

        await eventually(are_there)
        assert not self.failed, self.failed


@asynccontextmanager
async def creating(
    url: str, *, access: str | None = None, keep_alive: bool = False
) -> AsyncIterator[Creates]:
    """Create channels until the block ends; each create is made once."""
    creates = Creates()
    stop = asyncio.Event()
    limits = httpx.Limits(max_keepalive_connections=None if keep_alive else 0)
    headers = {"Authorization": f"Bearer {access or token()}"}

    async def create() -> None:
        async with httpx.AsyncClient(limits=limits, headers=headers, timeout=20) as http:
            while not stop.is_set():
                await asyncio.sleep(PAUSE)
                body = {"name": f"channel {uuid4()}"}
                try:
                    answer = await http.post(f"{url}/workspaces/demo/channels", json=body)
                except httpx.HTTPError as error:
                    creates.failed[repr(error)] += 1
                    continue
                if answer.status_code == 201:
                    creates.created += 1
                else:
                    creates.failed[f"{answer.status_code} {answer.text}"] += 1

    async with running(*[create() for _ in range(CLIENTS)]) as tasks:
        yield creates
        stop.set()
        await asyncio.gather(*tasks)
