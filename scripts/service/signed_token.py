"""The tokens that `kanal token` and the greeting of a development service print: signed with our
secret, their claims where the settings say that a token has them."""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import jwt

from domain.actor import Role
from scripts.service.development_secret import signing_secrets
from scripts.service.settings import Settings, SettingsError
from scripts.service.token_verifier import claim_rules

DEVELOPMENT_USER = "developer"
DEVELOPMENT_WORKSPACE = "demo"
DEVELOPMENT_TTL = 30 * 86_400
"""Seconds."""


def sign_token(
    settings: Settings, user: str, roles: Mapping[str, Role], ttl: int, scope: Sequence[str] = ()
) -> str:
    """A token of a user with a role in each workspace, good for `ttl` seconds.

    Raises SettingsError where no token of ours can be what the settings expect, and Invalid for the
    id of a user or a workspace that cannot be one.
    """
    secret = signing_secrets(settings)[0]
    rules = claim_rules(settings)
    # With the fractions of seconds: one made right after a revocation is good.
    now = time.time()
    claims: dict[str, Any] = {"iat": now, "exp": int(now) + ttl}
    if scope:
        claims["scope"] = " ".join(scope)
    if settings.jwt_issuer is not None:
        claims["iss"] = settings.jwt_issuer[0]
    if settings.jwt_audience is not None:
        claims["aud"] = settings.jwt_audience[0]
    try:
        rules.user.put(claims, user)
    except ValueError as error:
        raise SettingsError(f"KANAL_JWT_USER_CLAIM: {error}") from None
    try:
        rules.workspaces.put(claims, roles)
    except ValueError as error:
        raise SettingsError(f"KANAL_JWT_WORKSPACES_CLAIM: {error}") from None
    except LookupError as error:
        raise SettingsError(f"KANAL_JWT_ROLES: {error.args[0]}") from None
    rules.actor(claims)
    return jwt.encode(claims, secret, algorithm="HS256")
