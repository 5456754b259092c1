"""Who is let in over HTTP: a good token, and nobody with any other."""

from typing import Any

import httpx
import jwt
import pytest

from tests.support.http import bearer, check_problem
from tests.support.keys import NEVER
from tests.support.service import RunningService
from tests.support.tokens import SECRET, token

CLAIMS: dict[str, Any] = {"sub": "alice", "exp": NEVER, "workspaces": ["demo"]}

WITHOUT_TOKEN: dict[str, dict[str, str]] = {
    "no header": {},
    "an empty header": {"Authorization": ""},
    "a scheme alone": {"Authorization": "Bearer"},
    "another scheme": {"Authorization": f"Basic {token()}"},
    "no scheme": {"Authorization": token()},
    "another header": {"X-Authorization": f"Bearer {token()}", "Cookie": f"token={token()}"},
}

INVALID = {
    "text": "what?",
    "beyond ASCII": "☃.☃.☃",
    "two tokens": f"{token()} {token()}",
    "longer than any": "a" * 15_000,
    "of another secret": token(secret="another secret, thirty-two bytes or more"),
    "of algorithm none": jwt.encode(CLAIMS, "", algorithm="none"),
    "with no exp": jwt.encode({"sub": "alice", "workspaces": ["demo"]}, SECRET),
}
"""Of each kind one; tests/unit/transport/auth has them all."""

REQUESTS = {
    "create": ("POST", "/workspaces/demo/channels"),
    "list": ("GET", "/workspaces/demo/channels"),
    "get": ("GET", "/workspaces/demo/channels/00000000-0000-0000-0000-000000000000"),
}


@pytest.mark.parametrize("request_line", REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize("headers", WITHOUT_TOKEN.values(), ids=WITHOUT_TOKEN)
def test_without_a_token_nobody_is_let_in(
    http: httpx.Client, request_line: tuple[str, str], headers: dict[str, str]
) -> None:
    response = http.request(*request_line, headers=headers)
    check_problem(response, 401, "token_missing")


def test_a_token_in_the_address_is_not_read(http: httpx.Client) -> None:
    """It would end up in histories and logs (RFC 6750, 5.3)."""
    response = http.get("/workspaces/demo/channels", params={"access_token": token()})
    check_problem(response, 401, "token_missing")


@pytest.mark.parametrize("request_line", REQUESTS.values(), ids=REQUESTS)
@pytest.mark.parametrize("bad", INVALID.values(), ids=INVALID)
def test_with_a_bad_token_nobody_is_let_in(
    service: RunningService, http: httpx.Client, request_line: tuple[str, str], bad: str
) -> None:
    response = http.request(*request_line, headers={b"Authorization": f"Bearer {bad}".encode()})
    check_problem(response, 401, "token_invalid")
    check_nowhere(bad, response, service)


@pytest.mark.parametrize("request_line", REQUESTS.values(), ids=REQUESTS)
def test_an_expired_token_is_told_from_a_bad_one(
    service: RunningService, http: httpx.Client, request_line: tuple[str, str]
) -> None:
    expired = token(ttl=-1)
    response = http.request(*request_line, headers=bearer(expired))
    check_problem(response, 401, "token_expired")
    check_nowhere(expired, response, service)


def check_nowhere(access: str, response: httpx.Response, service: RunningService) -> None:
    """The token is neither in the answer nor in what the service prints and logs."""
    for text in (response.text, str(response.headers), service.output):
        assert access not in text


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_good_token_is_let_in_whatever_the_case_of_its_scheme(
    service: RunningService, http: httpx.Client, scheme: str
) -> None:
    good = token()
    response = http.get("/workspaces/demo/channels", headers={"Authorization": f"{scheme} {good}"})
    assert response.status_code == 200
    check_nowhere(good, response, service)


def test_a_token_of_200_workspaces_is_let_in(http: httpx.Client) -> None:
    workspaces = tuple(f"{number:036}" for number in range(200))
    response = http.get(
        f"/workspaces/{workspaces[-1]}/channels", headers=bearer(token("alice", workspaces))
    )
    assert response.status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/health/live", "/health/ready", "/docs", "/openapi.json", "/asyncapi.json"]
)
def test_what_holds_no_data_needs_no_token(http: httpx.Client, path: str) -> None:
    assert http.get(path).status_code == 200


def test_no_secret_reaches_the_output(service: RunningService) -> None:
    assert SECRET not in service.output
    assert service.troubles == ""
