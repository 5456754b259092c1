"""Requests to the sockets' endpoint that are none of Engine.IO's: refused, never a 5xx."""

from typing import Any

import httpx
import pytest

from tests.support.clients import PATIENCE
from tests.support.service import RunningService

POLLING = {"EIO": "4", "transport": "polling"}
WEBSOCKET = {"EIO": "4", "transport": "websocket"}
UPGRADE = {"Upgrade": "websocket", "Connection": "Upgrade"}
KEY = {"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version": "13"}

REFUSED: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "no parameters": ({}, {}),
    "an older protocol": ({"EIO": "3", "transport": "polling"}, {}),
    "a newer protocol": ({"EIO": "5", "transport": "polling"}, {}),
    "an unknown transport": ({"EIO": "4", "transport": "pigeon"}, {}),
    "JSONP without a number": ({**POLLING, "j": "x"}, {}),
    "a Host that is none": (POLLING, {"Host": "["}),
    "a WebSocket without an upgrade": (WEBSOCKET, {}),
    "a WebSocket upgrade without Connection": (WEBSOCKET, {"Upgrade": "websocket", **KEY}),
    "a WebSocket upgrade with another Connection": (
        WEBSOCKET,
        {**UPGRADE, **KEY, "Connection": "upgraded"},
    ),
    "a WebSocket upgrade of another protocol": (WEBSOCKET, {**UPGRADE, **KEY, "Upgrade": "h2c"}),
    "a WebSocket without a key": (WEBSOCKET, UPGRADE),
    "a WebSocket with a bad key": (WEBSOCKET, {**UPGRADE, **KEY, "Sec-WebSocket-Key": "short"}),
    "a WebSocket with a key beyond ASCII": (
        WEBSOCKET,
        {**UPGRADE, **KEY, "Sec-WebSocket-Key": "é"},
    ),
    "a WebSocket of another version": (
        WEBSOCKET,
        {**UPGRADE, **KEY, "Sec-WebSocket-Version": "12"},
    ),
    "a WebSocket with an odd Connection": (
        WEBSOCKET,
        {**UPGRADE, **KEY, "Connection": "upgrade, @@@"},
    ),
    "an upgrade of a made-up session": ({**WEBSOCKET, "sid": "made-up"}, {**UPGRADE, **KEY}),
}


async def request(
    service: RunningService, method: str, *, headers: dict[str, str] | None = None, **more: Any
) -> httpx.Response:
    more["headers"] = [(name, value.encode()) for name, value in (headers or {}).items()]
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        return await http.request(method, f"{service.url}/socket.io/", **more)


@pytest.mark.parametrize(("params", "headers"), REFUSED.values(), ids=REFUSED)
async def test_a_request_that_opens_no_session_is_refused(
    service: RunningService, params: dict[str, str], headers: dict[str, str]
) -> None:
    response = await request(service, "GET", params=params, headers=headers)
    assert response.status_code == 400
    assert service.troubles == ""


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD"])
async def test_another_method_is_not_allowed(service: RunningService, method: str) -> None:
    response = await request(service, method, params=POLLING)
    assert response.status_code == 405
    assert service.troubles == ""


async def test_a_path_below_the_endpoint_is_not_found(service: RunningService) -> None:
    async with httpx.AsyncClient(timeout=PATIENCE) as http:
        response = await http.get(f"{service.url}/socket.io/more", params=POLLING)
    assert response.status_code == 404
