"""The verifier of access tokens, built from the settings: whose keys, and what their claims must
be."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial

from domain.actor import Actor
from scripts.service.development_secret import signing_secrets
from scripts.service.settings import Settings
from transport.auth.claims import ClaimRules
from transport.auth.discovery import discover_key_set, fetch_key_set
from transport.auth.fetched_keys import FetchedKeys
from transport.auth.keys import KeySource, public_key, secret_key
from transport.auth.tokens import TokenVerifier
from transport.auth.workspace_roles import RoleNames, WorkspaceClaim

logger = logging.getLogger(__name__)


def create_verifier(
    settings: Settings,
    names: RoleNames | None = None,
    *,
    admit: Callable[[Actor], Awaitable[Actor]] | None = None,
) -> TokenVerifier:
    """`names` in place of those of the settings; `admit` as for the verifier. Raises
    SettingsError."""
    return TokenVerifier(token_keys(settings), claim_rules(settings, names), admit=admit)


def claim_rules(settings: Settings, names: RoleNames | None = None) -> ClaimRules:
    return ClaimRules(
        issuers=frozenset(settings.jwt_issuer or ()),
        audiences=frozenset(settings.jwt_audience or ()),
        leeway=settings.jwt_leeway,
        max_lifetime=settings.jwt_max_lifetime,
        user=settings.jwt_user_claim,
        workspaces=WorkspaceClaim(
            settings.jwt_workspaces_claim, names or RoleNames(settings.jwt_roles)
        ),
    )


def token_keys(settings: Settings) -> list[KeySource]:
    """The keys in the settings, those of the issuers where they have none, or else the development
    secret. Those that are at hand come first: nobody waits for a provider without need.

    Raises SettingsError.
    """
    keys: list[KeySource] = []
    if settings.jwt_secret is not None or not settings.has_token_key:
        name = "KANAL_JWT_SECRET" if settings.jwt_secret else "the development secret"
        secrets = signing_secrets(settings)
        for number, secret in enumerate(secrets, 1):
            which = f"secret {number} of {len(secrets)} in {name}" if len(secrets) > 1 else name
            keys.append(secret_key(secret, which))
    if settings.jwt_public_key is not None:
        keys.append(public_key(settings.public_key_pem(), "KANAL_JWT_PUBLIC_KEY"))
    if settings.jwt_jwks_url is not None:
        fetch = partial(fetch_key_set, settings.jwt_jwks_url)
        keys.append(FetchedKeys("the key set at KANAL_JWT_JWKS_URL", fetch))
    for issuer in settings.discovered_issuers:
        name = f"the key set of the issuer {issuer}"
        keys.append(FetchedKeys(name, partial(discover_key_set, issuer), issuer=issuer))
    return keys


def log_whose_tokens_are_good(settings: Settings) -> None:
    """One line on the issuers and where the keys come from, and a warning where the secret was
    chosen by nobody, or the audience is not checked."""
    if not settings.has_token_key:
        logger.warning(
            "KANAL_JWT_SECRET is not set: using the development secret in %s",
            settings.data_dir / "jwt-secret",
        )
        return
    issuers = " or ".join(map(repr, settings.jwt_issuer or ())) or "any issuer"
    if settings.discovered_issuers:
        keys = "the issuer's own keys"
    else:
        given = {
            "KANAL_JWT_SECRET": settings.jwt_secret,
            "KANAL_JWT_PUBLIC_KEY": settings.jwt_public_key,
            "KANAL_JWT_JWKS_URL": settings.jwt_jwks_url,
        }
        keys = " or ".join(name for name, value in given.items() if value)
    logger.info("access tokens of %s are verified by %s", issuers, keys)
    if settings.jwt_issuer and not settings.jwt_audience:
        logger.warning(
            "KANAL_JWT_AUDIENCE is not set: tokens that the issuer gives for any other application"
            " are good here"
        )
