"""Channels made by a command, for tests of what commands decide; and who asks for them."""

from typing import Any

from domain.actor import Actor, Cause, Role
from domain.commands import ChannelCommands, CreateChannel, Creation

ALICE = Actor("alice", {"demo": Role.USER, "other": Role.USER})
BOB = Actor("bob", {"demo": Role.USER})
GUEST = Actor("grace", {"demo": Role.GUEST, "other": Role.USER})


async def create(
    commands: ChannelCommands, name: str = "general", *, actor: Actor = ALICE, **more: Any
) -> Creation:
    """A channel in `demo`, unless `more` says another workspace."""
    request = CreateChannel(**{"workspace_id": "demo", "name": name, **more})
    return await commands.create_channel(Cause(actor, f"a request of {actor.user_id}"), request)
