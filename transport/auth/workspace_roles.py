"""The workspaces of a token: the forms in which identity providers say who may use what, read into
a role for each workspace. What has none of the forms is refused; `docs/access.md` has examples.

    ["acme", "demo"]                                    ids
    ["/acme", "/acme/admins"]                           groups of Keycloak: workspace, then role
    {"acme": "admin", "demo": ["owner", "viewer"]}      id → role or roles
    [{"id": "acme", "role": "admin"}]                   objects with id, and role or roles
    {"acme": {"id": "…", "roles": ["admin"]}}           organizations of Keycloak, by their alias
    {"admin": {"3123…": "acme.example"}}                urn:zitadel:…: role → ids of organizations
    "acme"                                              the one that is active, as `org_id`
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.actor import Role
from domain.errors import Invalid
from domain.identifiers import checked_id
from transport.auth.claim_place import MISSING, ClaimPlace

logger = logging.getLogger(__name__)

DEFAULT_CLAIM = "workspaces"

_ZITADEL = "urn:zitadel:iam:org:project:"
_RANK = {role: rank for rank, role in enumerate(reversed(Role))}


class RoleNames:
    """What a provider calls our roles. `unknown` is called with a name that is neither given nor
    one of ours, which stands for a guest."""

    def __init__(
        self,
        given: Mapping[str, Role] | None = None,
        *,
        unknown: Callable[[str], None] | None = None,
    ) -> None:
        self._roles = {**{role.value: role for role in Role}, **(given or {})}
        self._unknown = unknown or self._log_once
        self._has_logged = False

    def role_of(self, name: str) -> Role:
        role = self._roles.get(name)
        if role is None:
            self._unknown(name)
            return Role.GUEST
        return role

    def name_of(self, role: Role) -> str:
        """A name that stands for a role. Raises LookupError where all have another meaning."""
        for name, meant in self._roles.items():
            if meant is role:
                return name
        raise LookupError(f"no name means the role {role.value!r}")

    def knows(self, name: str) -> bool:
        return name in self._roles

    def _log_once(self, _: str) -> None:
        """Without the name, which is a part of a token."""
        if not self._has_logged:
            self._has_logged = True
            logger.warning(
                "a token has a role that is neither ours nor in KANAL_JWT_ROLES, which counts as"
                " guest; `kanal token --explain` names it"
            )


class WorkspaceClaim:
    """The claim that says it, and how its roles are called."""

    def __init__(self, place: ClaimPlace | None = None, names: RoleNames | None = None) -> None:
        self.place = place or ClaimPlace.parse(DEFAULT_CLAIM)
        self._names = names or RoleNames()

    def roles(self, claims: Mapping[str, Any]) -> dict[str, Role]:
        """A user's role by workspace id: the highest, where several are given; none at all where
        the claim is missing. Raises Invalid."""
        value = self.place.find(claims)
        roles: dict[str, Role] = {}
        for workspace_id, role in () if value is MISSING else self._pairs(value):
            checked_id(f"a workspace of the claim {self.place.text!r}", workspace_id)
            if workspace_id not in roles or _RANK[role] > _RANK[roles[workspace_id]]:
                roles[workspace_id] = role
        return roles

    def put(self, claims: dict[str, Any], roles: Mapping[str, Role]) -> None:
        """Write the claim that `roles` reads so. Raises ValueError where another claim is in its
        place, and LookupError where no name means a role."""
        value: dict[str, Any] = {}
        for workspace_id, role in roles.items():
            name = self._names.name_of(role)
            if self._is_by_role:
                value.setdefault(name, {})[workspace_id] = workspace_id
            else:
                value[workspace_id] = name
        self.place.put(claims, value)

    @property
    def _is_by_role(self) -> bool:
        return self.place.text.startswith(_ZITADEL)

    def _pairs(self, value: Any) -> Iterable[tuple[str, Role]]:
        match value:
            case list():
                return map(self._entry, value)
            case dict() if self._is_by_role:
                return self._organizations_by_role(value)
            case dict():
                return ((name, self._role(of_it)) for name, of_it in value.items())
            # Where a list is usual, a text in its place is more likely a mistake.
            case str() if self.place.text != DEFAULT_CLAIM:
                return [(value, Role.USER)]
        raise self._refusal("must be a list of ids or an object of id to role")

    def _entry(self, entry: Any) -> tuple[str, Role]:
        match entry:
            case str() if entry.startswith("/"):
                workspace_id, _, below = entry[1:].partition("/")
                # Members of a group below have the role of the one above.
                return workspace_id, self._role(below.partition("/")[0] or Role.USER.value)
            case str():
                return entry, Role.USER
            case {"id": str(workspace_id), "roles": list(names)} | {
                "id": str(workspace_id),
                "role": str() | list() as names,
            }:
                return workspace_id, self._role(names)
            case {"id": str(workspace_id)} if not {"role", "roles"} & entry.keys():
                return workspace_id, Role.USER
        raise self._refusal("must hold ids, or objects with an 'id' and a 'role'")

    def _role(self, value: Any) -> Role:
        match value:
            case str() if value:
                return self._names.role_of(value)
            case [str(), *_] if all(isinstance(name, str) and name for name in value):
                return max(map(self._names.role_of, value), key=_RANK.__getitem__)
            case dict():
                return self._role_in_organization(value)
        raise self._refusal("must give each workspace a role, or a list of roles")

    def _role_in_organization(self, organization: dict[str, Any]) -> Role:
        """A member is a user unless roles say otherwise, and groups that are roles can raise it."""
        role = self._role(organization["roles"]) if organization.get("roles") else Role.USER
        groups = organization.get("groups", [])
        if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
            raise self._refusal("must give an organization a list of groups, if any")
        names = [group.removeprefix("/").partition("/")[0] for group in groups]
        known = [self._names.role_of(name) for name in names if self._names.knows(name)]
        return max([role, *known], key=_RANK.__getitem__)

    def _organizations_by_role(self, value: dict[str, Any]) -> Iterable[tuple[str, Role]]:
        for name, organizations in value.items():
            if not isinstance(organizations, dict):
                raise self._refusal("must be an object of role to organizations")
            role = self._names.role_of(name)
            yield from ((workspace_id, role) for workspace_id in organizations)

    def _refusal(self, what: str) -> Invalid:
        return Invalid(f"the claim {self.place.text!r} {what}")
