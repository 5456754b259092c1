"""Channels made by a command, for tests of what commands decide; and who asks for them."""

from typing import Any

from domain.actor import Actor, Cause, Role
from domain.channel_fields import NewChannel
from domain.commands import ChannelCommands, Creation

ALICE = Actor("alice", {"demo": Role.USER, "other": Role.USER})
BOB = Actor("bob", {"demo": Role.USER})
CAROL = Actor("carol", {"demo": Role.USER})
GUEST = Actor("grace", {"demo": Role.GUEST, "other": Role.USER})
MODERATOR = Actor("mona", {"demo": Role.MODERATOR})
WORKSPACE_ADMIN = Actor("walter", {"demo": Role.ADMIN})


def asked_by(actor: Actor) -> Cause:
    """A request of the actor's, which says whose it is."""
    return Cause(actor, f"a request of {actor.user_id}")


async def create(
    commands: ChannelCommands,
    name: str = "general",
    *,
    actor: Actor = ALICE,
    workspace_id: str = "demo",
    idempotency_key: str | None = None,
    **more: Any,
) -> Creation:
    """A channel, of which `more` are fields."""
    new = NewChannel(name=name, **more)
    return await commands.create_channel(asked_by(actor), workspace_id, new, idempotency_key)
