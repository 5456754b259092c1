"""The table of providers in docs/access.md: with the settings of a row, a token of its shape is for
that user and those workspaces."""

import json
import re
from pathlib import Path
from typing import NamedTuple

import jwt
import pytest

from scripts.service.environment import load_settings
from scripts.service.token_verifier import claim_rules
from tests.support.keys import NEVER, RSA, public_pem
from tests.support.tokens import refused_token
from transport.auth.keys import public_key
from transport.auth.tokens import TokenVerifier

PAGE = Path(__file__).parents[3] / "docs" / "access.md"

PROVIDERS = [
    "Keycloak",
    "Auth0",
    "Entra",
    "Cognito",
    "Okta",
    "Zitadel",
    "Ory",
    "Supabase",
    "Clerk",
    "Firebase",
    "WorkOS",
]


class Row(NamedTuple):
    provider: str
    claims: dict[str, object]
    settings: dict[str, str]
    user: str
    workspaces: dict[str, str]


def read_row(line: str) -> Row:
    provider, claims, settings, access = (
        cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]
    )
    user, workspaces = re.findall("`([^`]+)`", access)
    pairs = (setting.partition("=") for setting in re.findall("`([^`]+)`", settings))
    return Row(
        provider,
        json.loads(claims.strip("`")),
        {name: value for name, _, value in pairs},
        user,
        json.loads(workspaces),
    )


ROWS = [read_row(line) for line in PAGE.read_text().splitlines() if '`{"iss"' in line]


def test_every_provider_has_a_row() -> None:
    assert {row.provider.split()[0].rstrip(",") for row in ROWS} == set(PROVIDERS)


@pytest.mark.parametrize("row", ROWS, ids=[row.provider for row in ROWS])
async def test_a_token_of_the_provider_is_read_as_the_table_says(row: Row) -> None:
    settings = load_settings(row.settings)
    assert settings.discovered_issuers or settings.jwt_jwks_url
    verifier = TokenVerifier([public_key(public_pem(RSA))], claim_rules(settings))
    claims = {**row.claims, "exp": NEVER}
    access = await verifier.verify(jwt.encode(claims, RSA, "RS256"))
    assert access.actor.user_id == row.user
    assert access.actor.roles == row.workspaces
    for name in {"iss", "aud"} & claims.keys():
        strange = jwt.encode({**claims, name: "https://elsewhere.example"}, RSA, "RS256")
        refusal = await refused_token(verifier, strange)
        assert f"the claim {name!r} must be" in refusal.message
