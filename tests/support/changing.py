"""The commands that change a channel, for tests of what holds for each of them."""

from collections.abc import Callable, Coroutine
from typing import Any

from domain.actor import Cause
from domain.channel import MemberRole
from domain.channel_fields import ChannelPatch
from domain.channel_repository import ChannelAt
from domain.commands import ChannelCommands
from domain.queries import ChannelRef

Command = Callable[[ChannelCommands, Cause, ChannelRef], Coroutine[Any, Any, ChannelAt]]

CHANGES: dict[str, Command] = {
    "a name": lambda commands, cause, ref: commands.update_channel(
        cause, ref, ChannelPatch(name="new")
    ),
    "a description": lambda commands, cause, ref: commands.update_channel(
        cause, ref, ChannelPatch(description="new")
    ),
    "privacy": lambda commands, cause, ref: commands.update_channel(
        cause, ref, ChannelPatch(is_private=False)
    ),
    "all at once": lambda commands, cause, ref: commands.update_channel(
        cause, ref, ChannelPatch(name="new", description=None, is_private=False)
    ),
    "a new member": lambda commands, cause, ref: commands.add_member(cause, ref, "dora"),
    "a new role": lambda commands, cause, ref: commands.add_member(
        cause, ref, "bob", MemberRole.ADMIN
    ),
    "a member less": lambda commands, cause, ref: commands.remove_member(cause, ref, "bob"),
    "an end": lambda commands, cause, ref: commands.delete_channel(cause, ref),
}
"""By what they bring. Each changes a private channel with bob as a plain member."""
