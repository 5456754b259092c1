"""Random lives of channels: any command by any user about any channel, many at once."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from domain.actor import Actor, Cause, Role
from domain.channel import Channel, MemberRole
from domain.channel_fields import ChannelPatch, NewChannel
from domain.channel_repository import ChannelAt
from domain.commands import ChannelCommands
from domain.errors import DomainError
from domain.queries import ChannelRef

USERS = {
    "alice": Role.USER,
    "bob": Role.USER,
    "Карл": Role.MODERATOR,
    "dora": Role.ADMIN,
    "grace": Role.GUEST,
}
"""Who asks, and their roles in every workspace."""

DESCRIPTIONS = (None, "", "About\n'it'", "\\N\t\\.")


@dataclass(frozen=True)
class Attempt:
    """A command that somebody asked for: in which request, and what came of it."""

    correlation_id: str
    outcome: ChannelAt | DomainError


class Lives:
    """What is asked of some nodes about channels that compete for names."""

    def __init__(
        self,
        nodes: Sequence[ChannelCommands],
        *,
        names: Sequence[str],
        workspaces: Sequence[str] = ("demo",),
    ) -> None:
        self.attempts: list[Attempt] = []
        self._nodes = nodes
        self._names = names
        self._workspaces = workspaces
        self._channels: list[Channel] = []
        """As they were created."""
        self._numbers = itertools.count(1)

    async def live(self, *, callers: int, commands: int, seed: int) -> None:
        """So many callers at once ask for so many commands each, one after the other."""

        async def ask(random_: Random) -> None:
            for _ in range(commands):
                await self._ask(random_)

        await asyncio.gather(*(ask(Random(f"{seed} {number}")) for number in range(callers)))

    @asynccontextmanager
    async def going_on(self, *, callers: int, commands: int, seed: int) -> AsyncIterator[None]:
        """Live one such piece after the other meanwhile; the last one is lived to its end."""
        is_enough = False

        async def live_until_enough() -> None:
            for number in itertools.count(seed):
                if is_enough:
                    break
                await self.live(callers=callers, commands=commands, seed=number)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(live_until_enough())
            yield
            is_enough = True

    async def _ask(self, random_: Random) -> None:
        channel = random_.choice(self._channels) if self._channels else None
        if channel is None or random_.random() < 0.15:
            workspace, user = random_.choice(self._workspaces), random_.choice(list(USERS))
            channel = None
        else:
            # Most of what strangers ask is refused, so the creator asks more often.
            workspace = channel.workspace_id
            user = random_.choice([*USERS, *[channel.creator_id] * len(USERS)])
        cause = Cause(Actor(user, {workspace: USERS[user]}), f"request-{next(self._numbers)}")
        node = random_.choice(self._nodes)
        outcome: ChannelAt | DomainError
        try:
            if channel is None:
                outcome = await self._create(node, cause, workspace, random_)
            else:
                outcome = await self._change(node, cause, channel, random_)
        except DomainError as refusal:
            outcome = refusal
        self.attempts.append(Attempt(cause.correlation_id, outcome))

    async def _create(
        self, node: ChannelCommands, cause: Cause, workspace: str, random_: Random
    ) -> ChannelAt:
        new = NewChannel(
            name=random_.choice(self._names),
            description=random_.choice(DESCRIPTIONS),
            is_private=random_.random() < 0.6,
        )
        at = (await node.create_channel(cause, workspace, new)).at
        self._channels.append(at.channel)
        return at

    async def _change(
        self, node: ChannelCommands, cause: Cause, channel: Channel, random_: Random
    ) -> ChannelAt:
        versions = frozenset(random_.choices(range(1, 20), k=6)) if random_.random() < 0.1 else None
        ref = ChannelRef(channel.workspace_id, channel.id, versions)
        user = random_.choice(list(USERS))
        match random_.choices(("update", "add", "remove", "delete"), weights=(8, 6, 3, 1))[0]:
            case "update":
                return await node.update_channel(cause, ref, self._patch(random_))
            case "add":
                role = random_.choice((None, *MemberRole))
                return await node.add_member(cause, ref, user, role)
            case "remove":
                return await node.remove_member(cause, ref, user)
        at = await node.delete_channel(cause, ref)
        if random_.random() < 0.8:  # else some go on asking, who have not heard of it
            self._channels.remove(channel)
        return at

    def _patch(self, random_: Random) -> ChannelPatch:
        """At least one field."""
        fields: dict[str, Any] = {
            "name": random_.choice(self._names),
            "description": random_.choice(DESCRIPTIONS),
            "is_private": random_.random() < 0.6,
        }
        for field in random_.sample(list(fields), k=random_.randrange(3)):
            del fields[field]
        return ChannelPatch(**fields)
