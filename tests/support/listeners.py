"""Users of a workspace on their sockets: what they command, and what each hears of it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

from tests.support.channels import create_channel
from tests.support.clients import Client, py_client
from tests.support.tokens import token


class Listeners:
    """Sockets by their names: `bob`, and `bob's phone` for one more of the same user."""

    def __init__(self, url: str, workspace: str) -> None:
        self.workspace = workspace
        self.clients: dict[str, Client] = {}
        self._url = url
        self._workspaces: dict[str, str] = {}
        self._read: dict[str, int] = {}

    def add(self, name: str, client: Client, workspace: str) -> None:
        self.clients[name] = client
        self._workspaces[name] = workspace
        self._read[name] = len(client.heard)

    async def ask(self, name: str, event: str, /, **data: Any) -> Any:
        """Send a command of the workspace that is done; answers its acknowledgement."""
        answer = await self.clients[name].call(event, {"workspaceId": self.workspace, **data})
        assert "error" not in answer, answer
        return answer

    async def create(self, name: str, /, **data: Any) -> Any:
        """A channel of the user's, as all have it before anything else: nothing of it is heard."""
        answer = await self.ask(name, "create-channel", **data)
        await self.heard()
        return answer["channel"]

    async def heard(self) -> dict[str, list[tuple[Any, ...]]]:
        """What each has heard since they were last asked: events, with all their arguments.

        In each workspace a channel is created now. Whoever hears of it has heard all that came
        before, so what is not among that was not said to them.
        """
        last = {
            workspace: await create_channel(self._url, workspace, str(uuid4()), user="a stranger")
            for workspace in set(self._workspaces.values())
        }
        return {
            name: await self._heard_before(name, last[workspace])
            for name, workspace in self._workspaces.items()
        }

    async def _heard_before(self, name: str, channel: Any) -> list[tuple[Any, ...]]:
        client = self.clients[name]
        await client.until(lambda: channel in client.events("channel-created"))
        heard = [
            (each.name, *each.args)
            for each in client.heard[self._read[name] :]
            if each.kind == "event"
        ]
        self._read[name] = len(client.heard)
        assert heard.pop() == ("channel-created", channel)
        return heard


@asynccontextmanager
async def listeners(
    url: str,
    workspace: str,
    *names: str,
    roles: Mapping[str, str] | None = None,
    elsewhere: Sequence[str] = (),
    open_client: Any = py_client,
) -> AsyncIterator[Listeners]:
    """Sockets of users of a workspace, with the role `user` where `roles` does not say another,
    and of users of another workspace, `elsewhere`."""
    found = Listeners(url, workspace)
    async with AsyncExitStack() as stack:
        for name in (*names, *elsewhere):
            user = name.partition("'")[0]
            its = workspace if name in names else f"{workspace}-elsewhere"
            access = token(user, {its: (roles or {}).get(user, "user")})
            client = await stack.enter_async_context(open_client(url, auth={"token": access}))
            await client.event("auth-success")
            found.add(name, client, its)
        yield found
