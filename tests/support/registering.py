"""Webhooks as an operator registers them over HTTP."""

from typing import Any

import httpx

from tests.support.http import bearer
from tests.support.outputs import OUTPUTS
from tests.support.revoking import operator

NOBODY_THERE = "https://127.0.0.1:9/hooks"
"""Allowed where a service may send to loopback; nobody listens there."""


class Registrar:
    """An operator at a service. Answers are whole responses, and no secret may be in an output."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def add(self, url: str = NOBODY_THERE, **fields: Any) -> httpx.Response:
        return self.send("POST", "", json={"url": url, **fields})

    def list(self) -> httpx.Response:
        return self.send("GET", "")

    def get(self, webhook_id: str) -> httpx.Response:
        return self.send("GET", f"/{webhook_id}")

    def change(self, webhook_id: str, **fields: Any) -> httpx.Response:
        return self.send("PATCH", f"/{webhook_id}", json=fields)

    def remove(self, webhook_id: str) -> httpx.Response:
        return self.send("DELETE", f"/{webhook_id}")

    def send(self, method: str, path: str, **more: Any) -> httpx.Response:
        headers = {**bearer(operator()), **more.pop("headers", {})}
        response = self._http.request(method, f"/webhooks{path}", headers=headers, **more)
        assert response.headers["Cache-Control"] == "no-store" or response.status_code >= 400
        if response.is_success and response.content and "secret" in response.json():
            OUTPUTS.must_not_show(response.json()["secret"])
        return response


def added(response: httpx.Response) -> Any:
    """The webhook that a request has registered."""
    assert response.status_code == 201, response.text
    return response.json()


def told(response: httpx.Response) -> Any:
    """What a request answers that has done what it should."""
    assert response.status_code == 200, response.text
    return response.json()
