"""The life of channels in one workspace as a user would tell it: plain Python, without events."""

from dataclasses import dataclass, field
from typing import Any

ROLES = {"alice": "user", "bob": "user", "carol": "admin", "dora": "moderator", "grace": "guest"}
"""The users, and their roles in the workspace."""


@dataclass
class ModelChannel:
    """What a channel is now."""

    name: str
    description: str | None
    private: bool
    creator: str
    members: dict[str, str] = field(default_factory=dict)

    def seen_by(self, user: str) -> bool:
        return not self.private or user in self.members

    def managed_by(self, user: str) -> bool:
        is_admin = self.private and self.members.get(user) == "admin"
        return user == self.creator or is_admin or ROLES[user] in ("admin", "moderator")

    def is_last_admin(self, user: str) -> bool:
        return [each for each, role in self.members.items() if role == "admin"] == [user]


class Model:
    """All channels by id. Each command answers the code of its refusal, or None and is done."""

    def __init__(self) -> None:
        self.channels: dict[str, ModelChannel] = {}

    def seen_by(self, user: str) -> dict[str, ModelChannel]:
        return {id: channel for id, channel in self.channels.items() if channel.seen_by(user)}

    def refuses_create(self, user: str, name: str) -> str | None:
        if ROLES[user] == "guest":
            return "forbidden"
        return "name_taken" if self._is_taken(name) else None

    def create(self, id: str, user: str, name: str, description: str | None, private: bool) -> None:
        members = {user: "admin"} if private else {}
        self.channels[id] = ModelChannel(name, description, private, user, members)

    def update(self, user: str, id: str, changes: dict[str, Any]) -> str | None:
        if refusal := self._refuses(user, id):
            return refusal
        channel = self.channels[id]
        name = changes.get("name", channel.name)
        if name.casefold() != channel.name.casefold() and self._is_taken(name):
            return "name_taken"
        if changes.get("isPrivate") and not channel.private:
            channel.members |= {channel.creator: "admin", user: "admin"}
        channel.name = name
        channel.description = changes.get("description", channel.description)
        channel.private = changes.get("isPrivate", channel.private)
        return None

    def delete(self, user: str, id: str) -> str | None:
        refusal = self._refuses(user, id)
        if refusal is None:
            del self.channels[id]
        return refusal

    def add(self, user: str, id: str, member: str, role: str | None) -> str | None:
        if refusal := self._refuses(user, id):
            return refusal
        channel = self.channels[id]
        if not channel.private:
            return "not_private"
        wanted = role or channel.members.get(member, "user")
        if wanted == "user" and channel.is_last_admin(member):
            return "last_admin"
        channel.members[member] = wanted
        return None

    def remove(self, user: str, id: str, member: str) -> str | None:
        if refusal := self._refuses(user, id, is_leaving=user == member):
            return refusal
        channel = self.channels[id]
        if not channel.private:
            return "not_private"
        if channel.is_last_admin(member):
            return "last_admin"
        channel.members.pop(member, None)
        return None

    def _refuses(self, user: str, id: str, *, is_leaving: bool = False) -> str | None:
        channel = self.channels.get(id)
        if channel is None or not channel.seen_by(user):
            return "not_found"
        return None if is_leaving or channel.managed_by(user) else "forbidden"

    def _is_taken(self, name: str) -> bool:
        return name.casefold() in {channel.name.casefold() for channel in self.channels.values()}
