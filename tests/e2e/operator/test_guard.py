"""Operators alone are answered below `/operator` and `/webhooks`: each route of the app itself is
tried."""

import re
from typing import Any

import httpx
import pytest
from sanic import Sanic

from scripts.service.environment import load_settings
from scripts.service.service import Service
from tests.support.http import bearer, check_problem
from tests.support.revoking import operator
from tests.support.service import RunningService, token_settings
from tests.support.tokens import SECRET, token
from transport.documents.openapi import openapi

GUARDED = ("operator", "webhooks")
"""What the paths of operators begin with; revocations are a command."""


def routes_of_the_app() -> list[tuple[str, str]]:
    """The method and the path of each route of a service that is for operators."""
    app = Service(load_settings(token_settings()), "postgresql://nowhere").app
    Sanic.unregister_app(app)
    return sorted(
        (method, f"/{route.path}")
        for route in app.router.routes
        for method in route.methods
        if route.path.split("/")[0] in GUARDED
    )


ROUTES = routes_of_the_app()

every_route = pytest.mark.parametrize(("method", "path"), ROUTES)

NOT_OPERATORS: dict[str, Any] = {
    "a workspace's admin": token("mallory", {"demo": "admin"}),
    "another scope": token("mallory", (), scope="kanal:read-log kanal:operator"),
    "no scope": token("mallory", (), scope=[]),
}


def asked(path: str) -> str:
    """A path with something in the place of its parameters."""
    return re.sub(r"<\w+:str>", "1", path)


@every_route
@pytest.mark.parametrize("access", NOT_OPERATORS.values(), ids=NOT_OPERATORS)
def test_who_is_no_operator_is_refused(
    http: httpx.Client, method: str, path: str, access: str
) -> None:
    response = http.request(method, asked(path), headers=bearer(access))
    if method == "HEAD":
        assert (response.status_code, response.content) == (403, b"")
    else:
        assert "kanal:operate" in check_problem(response, 403, "forbidden")


@every_route
@pytest.mark.parametrize(
    ("access", "code"),
    [
        (None, "token_missing"),
        ("made up", "token_invalid"),
        (operator() + "x", "token_invalid"),
        (token("olga", (), scope="kanal:operate", ttl=-1), "token_expired"),
    ],
)
def test_who_shows_no_good_token_is_refused(
    http: httpx.Client, method: str, path: str, access: str | None, code: str
) -> None:
    response = http.request(method, asked(path), headers={} if access is None else bearer(access))
    assert response.status_code == 401
    if method != "HEAD":
        check_problem(response, 401, code)


def test_a_token_in_the_address_is_not_read(http: httpx.Client) -> None:
    response = http.get("/operator/nodes", params={"access_token": operator()})
    check_problem(response, 401, "token_missing")


def test_all_of_them_are_described_and_no_others() -> None:
    described = {
        (method.upper(), re.sub(r"{\w+}", "{}", path))
        for path, operations in openapi()["paths"].items()
        for method in operations.keys() - {"parameters"}
        if path.split("/")[1] in GUARDED
    }
    assert {(method, re.sub(r"<\w+:str>", "{}", path)) for method, path in ROUTES} == described
    assert len(described) == 18 + 12  # and a HEAD for each GET


def test_no_answer_is_kept_by_a_browser_or_a_proxy(
    http: httpx.Client, service: RunningService
) -> None:
    response = http.get("/operator/nodes", headers=bearer(operator()))
    assert response.headers["Cache-Control"] == "no-store"
    assert SECRET not in service.output
