"""A service that knows no more of its provider than the issuer: who logs in there is let in."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from tests.support import postgres
from tests.support.background import eventually
from tests.support.clients import Client, js_client, py_client
from tests.support.http import bearer, check_problem, http_client
from tests.support.jwks import key_server
from tests.support.oidc_provider import OidcProvider, oidc_provider
from tests.support.service import RunningService, running_service
from tests.support.tokens import token


def heard_of(client: Client, channel: Any) -> bool:
    return channel in client.events("channel-created")


ALGORITHMS = ("RS256", "RS512", "PS256", "PS384", "ES384", "EdDSA")


@pytest.fixture(scope="module")
def provider() -> Iterator[OidcProvider]:
    with oidc_provider() as provider:
        yield provider


@pytest.fixture(scope="module")
def service(provider: OidcProvider, postgres_url: str) -> Iterator[RunningService]:
    """A service that lets in whom either of two providers lets in, one of which never answers."""
    with (
        key_server() as hanging,
        running_service(
            postgres.create_database(postgres_url),
            jwt_secret="",
            jwt_issuer=f"{provider.issuer},{hanging.url}",
            jwt_audience=",".join(f"https://kanal.example/{name}" for name in ALGORITHMS),
            jwt_workspaces_claim="organization",
            jwt_roles="owner=admin",
        ) as service,
    ):
        yield service


def create(service: RunningService, access: str, name: str) -> httpx.Response:
    with http_client(service.url) as http:
        return http.post("/workspaces/acme/channels", json={"name": name}, headers=bearer(access))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_who_logs_in_at_the_issuer_is_let_in(
    service: RunningService, provider: OidcProvider, algorithm: str
) -> None:
    access = provider.token("alice", algorithm)
    assert create(service, access, f"by {algorithm}").json()["creatorId"] == "alice"
    assert access not in service.output


def test_a_role_that_is_not_ours_is_a_guest(
    service: RunningService, provider: OidcProvider
) -> None:
    check_problem(create(service, provider.token("bob"), "no"), 403, "forbidden")
    assert service.output.count("KANAL_JWT_ROLES") <= 1


def test_a_token_is_for_its_audience_alone(service: RunningService, provider: OidcProvider) -> None:
    problem = create(service, provider.token("alice", "RS384"), "no")
    check_problem(problem, 401, "token_invalid")
    assert "the claim 'aud' must be, or hold, 'https://kanal.example/ES384' or" in problem.text


def test_a_token_of_no_configured_issuer_is_refused(service: RunningService) -> None:
    for bad in (token(), token(iss="https://elsewhere.example")):
        check_problem(create(service, bad, "no"), 401, "token_invalid")


async def test_the_provider_changes_its_keys_while_clients_are_on(
    service: RunningService, provider: OidcProvider
) -> None:
    before = provider.token("alice")
    async with js_client(service.url) as javascript, py_client(service.url) as python:
        for client in (javascript, python):
            await client.auth(before)
        provider.rotate()
        after = provider.token("alice", "PS256")

        async def is_known() -> bool:
            return create(service, after, "after the change").status_code in (200, 201, 409)

        await eventually(is_known)
        assert create(service, before, "by a key of before").status_code == 201
        await javascript.auth(after)
        channel = create(service, after, "heard by all").json()
        for client in (javascript, python):
            await client.until(partial(heard_of, client, channel))
            assert client.events("socket-api-error") == []


def test_a_key_that_the_provider_has_withdrawn_is_good_no_more(
    provider: OidcProvider, postgres_url: str
) -> None:
    with running_service(
        postgres.create_database(postgres_url),
        jwt_secret="",
        jwt_issuer=provider.issuer,
        jwt_workspaces_claim="/organization",
        jwt_roles="owner=admin",
    ) as service:
        before = provider.token("alice")
        assert create(service, before, "before").status_code == 201
        provider.rotate()
        provider.withdraw()
        assert create(service, provider.token("alice"), "after").status_code == 201
        check_problem(create(service, before, "no"), 401, "token_invalid")
