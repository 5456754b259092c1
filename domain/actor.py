"""The actor: who asks, with which role in which workspaces; and the cause, which adds the request.
Made by the authentication, and given to every command and query."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum

from domain.errors import AccessRevoked, Forbidden

OPERATE = "kanal:operate"
"""The scope of operators."""

READ_LOG = "kanal:read-log"
"""The scope of services that read the whole log."""


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
    scopes: AbstractSet[str] = frozenset()
    """What the access is for beside channels (RFC 8693, 4.2)."""
    granted_at: float = 0.0
    """When the access was granted, in Unix time, seconds; 0 where that is not known."""
    revoked: AbstractSet[str] = frozenset()
    """The workspaces to which the access was granted, and then taken back."""

    @property
    def may_operate(self) -> bool:
        return OPERATE in self.scopes

    @property
    def may_read_log(self) -> bool:
        return READ_LOG in self.scopes

    def check_operates(self) -> None:
        """Raises Forbidden for who is no operator."""
        if not self.may_operate:
            raise Forbidden(f"only an operator may do this: the token's scope must name {OPERATE}")

    def without(self, workspace_ids: AbstractSet[str]) -> "Actor":
        """The actor once access to some of the workspaces was taken back."""
        roles = {id: role for id, role in self.roles.items() if id not in workspace_ids}
        return replace(self, roles=roles, revoked=self.revoked | workspace_ids)

    def role_in(self, workspace_id: str) -> Role:
        """The actor's role in the workspace. Raises Forbidden where they have none, AccessRevoked
        where it was taken back."""
        role = self.roles.get(workspace_id)
        if workspace_id in self.revoked:
            raise AccessRevoked.to(workspace_id)
        if role is None:
            raise Forbidden(f"the access token does not name the workspace {workspace_id!r}")
        return role


@dataclass(frozen=True, slots=True)
class Cause:
    """Who asks, and in which request: every event records both."""

    actor: Actor
    correlation_id: str
