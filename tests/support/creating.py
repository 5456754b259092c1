"""Creates without a pause, as many clients do, while something is done to the service."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx

from tests.support.background import eventually, running
from tests.support.tokens import token


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
            return self.created >= wanted

        await eventually(are_there)


@asynccontextmanager
async def creating(
    url: str, *, clients: int = 4, keep_alive: bool = False
) -> AsyncIterator[Creates]:
    """Create channels until the block ends; each create is made once."""
    creates = Creates()
    stop = asyncio.Event()
    limits = httpx.Limits(max_keepalive_connections=None if keep_alive else 0)
    headers = {"Authorization": f"Bearer {token()}"}

    async def create() -> None:
        async with httpx.AsyncClient(limits=limits, headers=headers, timeout=20) as http:
            while not stop.is_set():
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

    async with running(*[create() for _ in range(clients)]) as tasks:
        yield creates
        stop.set()
        await asyncio.gather(*tasks)
