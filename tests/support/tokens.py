"""Access tokens for tests."""

import time
from typing import Any

import jwt
import pytest

from tests.support.outputs import OUTPUTS
from transport.auth.tokens import TokenVerifier
from transport.errors import Unauthenticated

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
    made = jwt.encode(
        {"sub": user, "exp": time.time() + ttl, "workspaces": workspaces, **claims},
        secret,
        algorithm="HS256",
    )
    return OUTPUTS.must_not_show(made)


async def refused_token(verifier: TokenVerifier, bad: str) -> Unauthenticated:
    """The refusal of a token, which quotes no part of it."""
    with pytest.raises(Unauthenticated) as error:
        await verifier.verify(bad)
    for part in filter(None, [bad, *bad.split(".")]):
        assert part not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__ or error.value.__context__ is None
    return error.value


async def accepted(verifier: TokenVerifier, *tokens: str) -> None:
    """All of the tokens speak for alice."""
    for each in tokens:
        assert (await verifier.verify(each)).actor.user_id == "alice"


async def invalid(verifier: TokenVerifier, *tokens: str) -> None:
    """None of the tokens speaks for anybody."""
    for each in tokens:
        assert (await refused_token(verifier, each)).code == "token_invalid"
