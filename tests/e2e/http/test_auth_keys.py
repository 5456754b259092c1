"""Services configured with other keys than a secret, or with an issuer: whose tokens they take."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support import postgres
from tests.support.http import bearer, check_problem, http_client
from tests.support.jwks import KeyServer, key_server
from tests.support.keys import EC, NEVER, RSA, Pair, hand_signed, public_pem, rsa_key, signed
from tests.support.service import RunningService, running_service
from tests.support.tokens import SECRET, token

CLAIMS = json.dumps({"sub": "alice", "exp": NEVER, "workspaces": ["demo"]})


def list_channels(service: RunningService, access: str) -> httpx.Response:
    with http_client(service.url) as http:
        return http.get("/workspaces/demo/channels", headers=bearer(access))


def check_accepted(service: RunningService, access: str) -> None:
    response = list_channels(service, access)
    assert response.status_code == 200, response.text
    assert access not in service.output


def check_refused(service: RunningService, bad: str, code: str = "token_invalid") -> None:
    response = list_channels(service, bad)
    check_problem(response, 401, code)
    for text in (response.text, str(response.headers), service.output):
        assert bad not in text


@pytest.fixture(scope="module")
def database(postgres_url: str) -> str:
    """One for all services here: nothing is written."""
    return postgres.create_database(postgres_url)


@pytest.fixture(scope="module")
def rsa_service(database: str) -> Iterator[RunningService]:
    """Takes tokens by RSA, and by the secret."""
    with running_service(database, jwt_public_key=public_pem(RSA)) as service:
        yield service


@pytest.fixture(scope="module")
def ec_service(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Takes tokens by P-256 alone, its key in a file."""
    path: Path = tmp_path_factory.mktemp("keys") / "public.pem"
    path.write_text(public_pem(EC))
    with running_service(database, jwt_secret="", jwt_public_key=str(path)) as service:
        yield service


def test_rs256_and_the_secret_are_taken_side_by_side(rsa_service: RunningService) -> None:
    check_accepted(rsa_service, signed(RSA, workspaces=["demo"]))
    check_accepted(rsa_service, token())
    check_refused(rsa_service, signed(rsa_key(), workspaces=["demo"]))
    check_refused(rsa_service, signed(EC, workspaces=["demo"]))


def test_es256_alone_is_taken_where_nothing_else_is_configured(ec_service: RunningService) -> None:
    check_accepted(ec_service, signed(EC, workspaces=["demo"]))
    check_refused(ec_service, signed(RSA, workspaces=["demo"]))
    check_refused(ec_service, token())


@pytest.mark.parametrize("strip", [False, True], ids=["as it is", "trimmed"])
def test_a_public_key_is_no_secret(
    rsa_service: RunningService, ec_service: RunningService, strip: bool
) -> None:
    """Whoever knows the public key could else sign: the HS/RS confusion."""
    for service, key in ((rsa_service, RSA), (ec_service, EC)):
        pem = public_pem(key)
        secret = (pem.strip() if strip else pem).encode()
        check_refused(service, hand_signed(secret, CLAIMS))
        check_refused(service, hand_signed(secret, CLAIMS, alg="RS256"))
    check_refused(rsa_service, hand_signed(SECRET.encode(), CLAIMS, alg="RS256"))


@pytest.mark.parametrize("key", [RSA, EC], ids=["RS256", "ES256"])
def test_the_rules_of_claims_hold_for_every_kind_of_key(
    rsa_service: RunningService, ec_service: RunningService, key: Pair
) -> None:
    service = rsa_service if key is RSA else ec_service
    check_refused(service, signed(key, exp=1), "token_expired")
    check_refused(service, signed(key, sub=""))


def test_a_token_is_for_the_configured_issuer_and_audience_alone(database: str) -> None:
    expected: dict[str, Any] = {"iss": "https://issuer.test", "aud": "kanal"}
    with running_service(
        database, jwt_issuer=expected["iss"], jwt_audience=expected["aud"]
    ) as service:
        assert "tokens of 'https://issuer.test' are verified by KANAL_JWT_SECRET" in service.output
        check_accepted(service, token(**expected))
        check_accepted(service, token(iss=expected["iss"], aud=["another", "kanal"]))
        for claims in (
            {},
            {"iss": expected["iss"]},
            {"aud": expected["aud"]},
            {**expected, "iss": "https://issuer.test/"},
            {**expected, "aud": "another"},
            {**expected, "aud": []},
        ):
            check_refused(service, token(**claims))
        check_refused(service, token(ttl=-1, **expected), "token_expired")


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with key_server() as keys:
        keys.release()
        yield keys


def test_published_keys_are_taken(database: str, keys: KeyServer) -> None:
    with running_service(database, jwt_secret="", jwt_jwks_url=keys.url) as service:
        check_accepted(service, keys.token("alice", ("demo",)))
        check_refused(service, keys.token("alice", ("demo",), ttl=-1), "token_expired")
        check_refused(service, signed(rsa_key(), kid="test", workspaces=["demo"]))
        check_refused(service, signed(RSA, kid="unknown", workspaces=["demo"]))
        check_refused(service, token())


def test_where_published_keys_cannot_be_fetched_a_caller_may_try_again(database: str) -> None:
    with key_server() as keys:
        away = keys.url
        access = keys.token("alice", ("demo",))
    with running_service(database, jwt_secret="", jwt_jwks_url=away) as service:
        check_problem(list_channels(service, access), 503, "unavailable")
        assert access not in service.output
