"""Channels made over HTTP, for tests whose subject is what others hear of them."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.support.clients import PATIENCE
from tests.support.tokens import token


@asynccontextmanager
async def api(
    url: str, workspace: str, user: str = "alice", *, roles: dict[str, str] | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a workspace's channels, with a token for it, or for the workspaces of `roles`."""
    async with httpx.AsyncClient(
        base_url=f"{url}/workspaces/{workspace}/channels",
        headers={"Authorization": f"Bearer {token(user, roles or (workspace,))}"},
        timeout=PATIENCE,
        verify=False,  # without TLS to verify, a client need not read the system's certificates
    ) as client:
        yield client


async def create_channel(
    url: str, workspace: str, name: str, *, user: str = "alice", **body: Any
) -> Any:
    """Create a channel and answer its model."""
    async with api(url, workspace, user) as client:
        return await _create(client, name, **body)


@asynccontextmanager
async def constant_creation(url: str, workspace: str) -> AsyncIterator[list[Any]]:
    """Channels are created as fast as that goes until the block ends; the list grows with them."""
    created: list[Any] = []
    names = itertools.count()

    async def keep_creating(client: httpx.AsyncClient) -> None:
        while not stopped.is_set():
            created.append(await _create(client, f"channel-{next(names)}"))

    stopped = asyncio.Event()
    async with api(url, workspace) as client, asyncio.TaskGroup() as tasks:
        for _ in range(4):
            tasks.create_task(keep_creating(client))
        try:
            yield created
        finally:
            stopped.set()


async def _create(client: httpx.AsyncClient, name: str, **body: Any) -> Any:
    response = await client.post("", json={"name": name, **body})
    assert response.status_code == 201, response.text
    return response.json()
