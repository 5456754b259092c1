"""What the service says of channels and members, as `/openapi.json` has it. Fields that a later
version adds are passed over."""

from datetime import datetime
from typing import Literal

import msgspec

MemberRole = Literal["admin", "user"]
"""`admin` may change the channel and its members, `user` may not."""


class Channel(msgspec.Struct, frozen=True, rename="camel"):
    """A channel as of `position`, a place in the log; `version` is the number of its own events."""

    id: str
    workspace_id: str
    name: str
    description: str | None
    is_private: bool
    creator_id: str
    created_at: datetime
    updated_at: datetime
    version: int
    position: int


class Member(msgspec.Struct, frozen=True, rename="camel"):
    """A member of a private channel, and their role there."""

    user_id: str
    role: MemberRole


class HistoryEntry(msgspec.Struct, frozen=True, rename="camel"):
    """What happened to a channel (`what`), when and by whom: `changes` holds the fields that were
    set, by their names in JSON, or the `userId` and `role` of a member."""

    version: int
    position: int
    at: datetime
    actor_id: str
    request_id: str
    what: str
    changes: dict[str, str | bool | None]
