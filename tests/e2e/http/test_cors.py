"""Which other origins a browser may call from: none, those that are listed, or any; those of the
same machine where a developer has just begun. A refusal names the setting."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.support import postgres
from tests.support.clients import PATIENCE, js_client
from tests.support.embedded_service import DEVELOPMENT, development_token
from tests.support.engine_io import websocket_url
from tests.support.http import check_problem
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

LISTED = "https://app.example"
OTHER = "https://elsewhere.example"
VITE = "http://localhost:5173"

OF_THIS_MACHINE = [
    VITE,
    "http://localhost",
    "https://localhost:8443",
    "http://127.0.0.1:3000",
    "http://[::1]:8080",
    "http://shop.localhost:5173",
]
OF_OTHERS = [
    OTHER,
    "http://localhost.example.org",
    "http://localhost:5173.example.org",
    "http://127.0.0.1.example.org",
    "http://notlocalhost:5173",
    "http://10.0.0.1:5173",
    "null",
]


@contextmanager
def service_for(postgres_url: str, origins: str) -> Iterator[RunningService]:
    url = postgres.create_database(postgres_url)
    with running_service(url, cors_origins=origins) as running:
        yield running


@pytest.fixture(scope="module")
def development(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """A service as a newcomer starts it: no key, on loopback."""
    directory = tmp_path_factory.mktemp("development")
    url = postgres.create_database(postgres_url)
    with running_service(url, data_dir=str(directory), **DEVELOPMENT) as running:
        yield running


def allowed(service: RunningService, origin: str, access: str | None = None) -> str | None:
    response = httpx.get(
        f"{service.url}/workspaces/demo/channels",
        headers={"Origin": origin, "Authorization": f"Bearer {access or token()}"},
        timeout=PATIENCE,
    )
    assert response.status_code == 200
    return response.headers.get("access-control-allow-origin")


def poll(service: RunningService, origin: str, **query: str) -> httpx.Response:
    params = {"EIO": "4", "transport": "polling", **query}
    return httpx.get(
        f"{service.url}/socket.io/", params=params, headers={"Origin": origin}, timeout=PATIENCE
    )


def preflight(service: RunningService, origin: str, path: str = "") -> httpx.Response:
    return httpx.options(
        f"{service.url}{path or '/workspaces/demo/channels'}",
        headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
        timeout=PATIENCE,
    )


def handshake(service: RunningService, origin: str) -> int:
    """The status that a WebSocket's handshake is answered with."""
    try:
        with connect(websocket_url(service.url), additional_headers={"Origin": origin}):
            return 101
    except InvalidStatus as error:
        assert error.response.status_code == 101 or b"KANAL_CORS_ORIGINS" in error.response.body
        return error.response.status_code


def check_refused(service: RunningService, response: httpx.Response, origin: str) -> None:
    """It is refused; the answer says what to set, and so does the log."""
    detail = check_problem(response, 403, "origin_not_allowed")
    assert origin in detail
    assert "KANAL_CORS_ORIGINS" in detail
    assert "access-control-allow-origin" not in response.headers
    host = service.url.removeprefix("http://")
    assert f"{detail}; it was for the host {host!r}" in service.output


def test_without_a_setting_no_other_origin_may_call(service: RunningService) -> None:
    """Nor one of the same machine: with a secret of its own, a service on loopback may as well be
    behind a proxy, for others."""
    for origin in (OTHER, VITE, "null"):
        assert allowed(service, origin) is None
        check_refused(service, preflight(service, origin), origin)
        check_refused(service, preflight(service, origin, "/socket.io/"), origin)
        check_refused(service, poll(service, origin), origin)
        assert handshake(service, origin) == 403
    assert poll(service, service.url).status_code == 200
    assert handshake(service, service.url) == 101


def test_a_listed_origin_may_call_and_no_other(postgres_url: str) -> None:
    with service_for(postgres_url, f"{LISTED}, https://second.example") as service:
        assert allowed(service, LISTED) == LISTED
        assert allowed(service, OTHER) is None
        for origin in (LISTED, service.url):  # the service's own pages go on
            assert poll(service, origin).status_code == 200
            assert handshake(service, origin) == 101
        check_refused(service, poll(service, OTHER), OTHER)
        assert handshake(service, OTHER) == 403
        answer = preflight(service, LISTED)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == LISTED
        assert "Authorization" in answer.headers["access-control-allow-headers"]
        check_refused(service, preflight(service, OTHER), OTHER)


def test_what_is_refused_for_another_cause_is_told_to_a_page_that_may_call(
    postgres_url: str,
) -> None:
    """Else its developer would see a CORS error, and look in the wrong place."""
    with service_for(postgres_url, LISTED) as service:
        refused = poll(service, LISTED, sid="made-up")
        check_problem(refused, 400, "malformed")
        assert refused.headers["access-control-allow-origin"] == LISTED


@pytest.mark.parametrize("origin", [LISTED, OTHER])
def test_a_star_lets_any_origin_call(postgres_url: str, origin: str) -> None:
    with service_for(postgres_url, "*") as service:
        assert allowed(service, origin) in ("*", origin)
        assert poll(service, origin).status_code == 200
        assert preflight(service, origin).status_code == 204


@pytest.mark.parametrize("origin", OF_THIS_MACHINE)
def test_a_page_of_the_same_machine_may_call_a_newcomers_service(
    development: RunningService, origin: str
) -> None:
    assert allowed(development, origin, development_token(development)) == origin
    assert preflight(development, origin).headers["access-control-allow-origin"] == origin
    assert poll(development, origin).headers["access-control-allow-origin"] == origin
    assert handshake(development, origin) == 101


@pytest.mark.parametrize("origin", OF_OTHERS)
def test_a_page_from_elsewhere_may_not(development: RunningService, origin: str) -> None:
    check_refused(development, preflight(development, origin), origin)
    check_refused(development, poll(development, origin), origin)
    assert handshake(development, origin) == 403


@pytest.mark.parametrize("transport", ["polling", "websocket"])
async def test_a_stock_client_on_such_a_page_connects(
    development: RunningService, transport: str
) -> None:
    options = {"transports": [transport], "extraHeaders": {"Origin": VITE}}
    auth = {"token": development_token(development)}
    async with js_client(development.url, auth=auth, **options) as client:
        assert (await client.event("auth-success"))["userId"] == "developer"
