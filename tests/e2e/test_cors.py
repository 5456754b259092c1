"""Which other origins a browser may call from: none, those that are listed, or any."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.support import postgres
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

LISTED = "https://app.example"
OTHER = "https://elsewhere.example"


@contextmanager
def service_for(postgres_url: str, origins: str) -> Iterator[RunningService]:
    url = postgres.create_database(postgres_url)
    with running_service(url, cors_origins=origins) as running:
        yield running


def allowed(service: RunningService, origin: str) -> str | None:
    response = httpx.get(
        f"{service.url}/workspaces/demo/channels",
        headers={"Origin": origin, "Authorization": f"Bearer {token()}"},
    )
    assert response.status_code == 200
    return response.headers.get("access-control-allow-origin")


def socket_status(service: RunningService, origin: str) -> int:
    return httpx.get(
        f"{service.url}/socket.io/?EIO=4&transport=polling", headers={"Origin": origin}
    ).status_code


def preflight(service: RunningService, origin: str) -> httpx.Response:
    return httpx.options(
        f"{service.url}/workspaces/demo/channels",
        headers={"Origin": origin, "Access-Control-Request-Method": "POST"},
    )


def test_without_a_setting_no_other_origin_may_call(service: RunningService) -> None:
    assert allowed(service, OTHER) is None
    assert socket_status(service, OTHER) == 400
    assert socket_status(service, service.url) == 200


def test_a_listed_origin_may_call_and_no_other(postgres_url: str) -> None:
    with service_for(postgres_url, f"{LISTED}, https://second.example") as service:
        assert allowed(service, LISTED) == LISTED
        assert allowed(service, OTHER) is None
        assert socket_status(service, LISTED) == 200
        assert socket_status(service, OTHER) == 400
        answer = preflight(service, LISTED)
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == LISTED
        assert "Authorization" in answer.headers["access-control-allow-headers"]
        assert "access-control-allow-origin" not in preflight(service, OTHER).headers


@pytest.mark.parametrize("origin", [LISTED, OTHER])
def test_a_star_lets_any_origin_call(postgres_url: str, origin: str) -> None:
    with service_for(postgres_url, "*") as service:
        assert allowed(service, origin) in ("*", origin)
        assert socket_status(service, origin) == 200
