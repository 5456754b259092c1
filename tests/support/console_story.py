"""A story for the console to tell: a team's channels, who heard of them, and who did not."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from tests.support.channels import api, create_channel
from tests.support.clients import Client, py_client
from tests.support.operating import operating
from tests.support.tokens import token


@dataclass(frozen=True)
class Story:
    """What has happened in a workspace. `deals` is private: alice and carol are its members. Alice,
    bob and dave are connected; carol was, until just before `renamed`."""

    workspace: str
    general: Any
    deals: Any
    carol_let_in: int
    renamed: int


@asynccontextmanager
async def told(url: str, workspace: str) -> AsyncIterator[Story]:
    """Have it happen at the service of that URL; who is connected stays so until the block ends."""

    async def connect(stack: AsyncExitStack, user: str) -> Client:
        auth = {"token": token(user, (workspace,))}
        client = await stack.enter_async_context(py_client(url, auth=auth))
        await client.event("auth-success")
        return client

    async with AsyncExitStack() as stack, AsyncExitStack() as carols:
        alice = await connect(stack, "alice")
        await connect(stack, "bob")
        general = await create_channel(url, workspace, "general", description="For everybody")
        carol = await connect(carols, "carol")
        deals = await create_channel(url, workspace, "deals", isPrivate=True)
        async with api(url, workspace) as http:
            path = f"/{deals['id']}"
            added = (await http.put(f"{path}/members/carol")).json()["position"]
            await carol.event("channel-member-added")
            await carols.aclose()
            async with operating(url) as operator:
                await operator.connections_of("carol", 0)
            changes = {"name": "big deals", "description": "What we hope to sell"}
            renamed = (await http.patch(path, json=changes)).json()["position"]
            await create_channel(url, workspace, "support", user="dave")
        await alice.until(lambda: len(alice.events("channel-created")) == 3)
        await connect(stack, "dave")
        yield Story(workspace, general, deals, added, renamed)
