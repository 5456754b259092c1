"""The follower of revocations of a node, for what a node knows of access that was taken back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from domain.access import AccessCommands
from domain.actor import Actor, Role
from domain.errors import AccessRevoked
from projections.revocations.reader import RevocationReader
from scripts.service.revocation_follower import RevocationFollower
from tests.support.background import eventually, running
from tests.support.node import Node
from transport.auth.revocations import Revocations


class Following:
    """A node's follower of revocations; `revisited` are the users whose sockets are looked at."""

    def __init__(self, node: Node) -> None:
        self.access = AccessCommands(node.log)
        self.revocations = Revocations(kept_for=3600)
        self.revisited: list[str] = []
        self.follower = RevocationFollower(
            node.log.read_lazily,
            node.wakeup,
            RevocationReader(node.database),
            self.revocations,
            [self],
        )

    def revisit(self, user_id: str) -> None:
        self.revisited.append(user_id)

    async def is_refused(self, user: str) -> bool:
        try:
            self.revocations.admit(Actor(user, {"demo": Role.USER}))
        except AccessRevoked:
            return True
        return False

    async def refuses(self, user: str) -> None:
        async def is_so() -> bool:
            return await self.is_refused(user)

        await eventually(is_so)

    @asynccontextmanager
    async def level(self, head: int) -> AsyncIterator[None]:
        async with running(self.follower.run(head)):
            await self.follower.is_level.wait()
            yield
