"""Access tokens for tests."""

import time
from typing import Any

import jwt

SECRET = "a secret for tests, thirty-two bytes or more"


def token(
    user: str = "alice",
    workspaces: Any = ("demo",),
    *,
    ttl: float = 3600,
    secret: str = SECRET,
    **claims: Any,
) -> str:
    """A token of a user for workspaces (a tuple of ids, or an object id -> role)."""
    if isinstance(workspaces, tuple):
        workspaces = list(workspaces)
    return jwt.encode(
        {"sub": user, "exp": time.time() + ttl, "workspaces": workspaces, **claims},
        secret,
        algorithm="HS256",
    )
