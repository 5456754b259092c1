"""The actor: who asks, with which role in which workspaces; and the cause, which adds the request.
Made by the authentication, and given to every command and query."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.errors import Forbidden


class Role(StrEnum):
    """A user's role in a workspace. Every role may read; a guest may not create channels."""

    ADMIN = "admin"
    MODERATOR = "moderator"
    USER = "user"
    GUEST = "guest"


@dataclass(frozen=True, slots=True)
class Actor:
    """An authenticated user, with their role by workspace id."""

    user_id: str
    roles: Mapping[str, Role]

    def role_in(self, workspace_id: str) -> Role:
        """The actor's role in the workspace. Raises Forbidden where they have none."""
        role = self.roles.get(workspace_id)
        if role is None:
            raise Forbidden(f"the access token does not name the workspace {workspace_id!r}")
        return role


@dataclass(frozen=True, slots=True)
class Cause:
    """Who asks, and in which request: every event records both."""

    actor: Actor
    correlation_id: str
