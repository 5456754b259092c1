"""The lines at the start that say whose tokens are good: what an operator has to see to notice that
they are not those that were meant."""

import logging

import pytest

from scripts.service.environment import load_settings
from scripts.service.token_verifier import log_whose_tokens_are_good
from tests.support.tokens import SECRET

NO_AUDIENCE = (
    "KANAL_JWT_AUDIENCE is not set: tokens that the issuer gives for any other application are good"
    " here"
)


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        (
            {"JWT_SECRET": f"{SECRET},{SECRET}2"},
            ["access tokens of any issuer are verified by KANAL_JWT_SECRET"],
        ),
        (
            {"JWT_ISSUER": "https://a.example,https://b.example"},
            [
                "access tokens of 'https://a.example' or 'https://b.example' are verified by the"
                " issuer's own keys",
                NO_AUDIENCE,
            ],
        ),
        (
            {
                "JWT_ISSUER": "https://a.example",
                "JWT_AUDIENCE": "kanal",
                "JWT_SECRET": SECRET,
                "JWT_JWKS_URL": "https://a.example/keys",
            },
            [
                "access tokens of 'https://a.example' are verified by KANAL_JWT_SECRET or"
                " KANAL_JWT_JWKS_URL"
            ],
        ),
        (
            {"DATA_DIR": "/data"},
            ["KANAL_JWT_SECRET is not set: using the development secret in /data/jwt-secret"],
        ),
    ],
    ids=["a secret", "issuers", "an issuer and keys", "nothing"],
)
def test_the_issuers_and_the_keys_are_named_and_no_secret(
    settings: dict[str, str], lines: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    log_whose_tokens_are_good(load_settings({f"KANAL_{name}": settings[name] for name in settings}))
    assert caplog.messages == lines
