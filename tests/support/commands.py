"""The commands and reads of one channel, each alike, for what is true of all of them; and how to
see that a command has recorded nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias
from uuid import uuid4

import httpx

from tests.support.http import User, changed, created

OfChannel: TypeAlias = Callable[[User, str], httpx.Response]

ON_MEMBERS: dict[str, OfChannel] = {
    "add a member": lambda user, channel_id: user.add_member(channel_id, "zoe"),
    "change a role": lambda user, channel_id: user.add_member(channel_id, "zed", "admin"),
    "remove a member": lambda user, channel_id: user.remove_member(channel_id, "zed"),
}
COMMANDS: dict[str, OfChannel] = {
    "update": lambda user, channel_id: user.update(channel_id, description="another"),
    "delete": lambda user, channel_id: user.delete(channel_id),
    **ON_MEMBERS,
}
"""Each changes something of a channel as `private_channel` makes it."""

READS: dict[str, OfChannel] = {"get": User.get, "members": User.members, "history": User.history}


def private_channel(creator: User, **members: str | None) -> Any:
    """A private channel with zed as a member, and who else is named, with their roles."""
    channel_id = created(creator.create("secret", isPrivate=True))["id"]
    for user_id, role in {**members, "zed": "user"}.items():
        if role is not None:
            changed(creator.add_member(channel_id, user_id, role))
    return changed(creator.get(channel_id))


def member_roles(user: User, channel_id: str) -> dict[str, str]:
    """All members, of whom there are no more than a page holds."""
    page = changed(user.members(channel_id))
    assert page["next"] is None
    return {member["userId"]: member["role"] for member in page["members"]}


@contextmanager
def nothing_recorded(user: User) -> Iterator[None]:
    """Nothing enters the log meanwhile: of two creations, each an event of a channel and one of
    its name, the second follows the first without a gap."""
    first = created(user.create(f"before {uuid4()}"))
    yield
    second = created(user.create(f"after {uuid4()}"))
    assert second["position"] == first["position"] + 2
