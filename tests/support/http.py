"""HTTP as a user of the service speaks it, and what a refusal must look like."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx

from tests.support.clients import PATIENCE
from tests.support.tokens import token


@contextmanager
def http_client(url: str) -> Iterator[httpx.Client]:
    """A client of a service; as many requests at once as are asked for."""
    limits = httpx.Limits(max_connections=None)
    # Without TLS to verify, a client need not read the system's certificates.
    with httpx.Client(base_url=url, timeout=PATIENCE, limits=limits, verify=False) as client:
        yield client


def bearer(access: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access}"}


class User:
    """A user of a workspace: what they may ask about its channels. Answers are whole responses."""

    def __init__(
        self, http: httpx.Client, workspace: str, name: str = "alice", *, role: str = "user"
    ) -> None:
        self._http = http
        self.headers = bearer(token(name, {workspace: role}))
        # A dot is encoded too: clients take a path's segments `.` and `..` out.
        self.channels = f"/workspaces/{quote(workspace, safe='').replace('.', '%2E')}/channels"

    def create(self, name: str, *, key: str | bytes | None = None, **body: Any) -> httpx.Response:
        """Create a channel, with an idempotency key where one is given."""
        return self.post(json.dumps({"name": name, **body}), **{"Idempotency-Key": key})

    def post(self, body: Any, **headers: str | bytes | None) -> httpx.Response:
        """Post a body as it is, as JSON unless `headers` say otherwise; None leaves one out."""
        given = {**self.headers, "Content-Type": "application/json", **headers}
        sent = {name: value for name, value in given.items() if value is not None}
        return self._http.post(self.channels, content=body, headers=sent)

    def list(self, **query: Any) -> httpx.Response:
        return self._http.get(self.channels, params=query, headers=self.headers)

    def get(self, channel_id: str) -> httpx.Response:
        return self._http.get(f"{self.channels}/{channel_id}", headers=self.headers)


def created(response: httpx.Response) -> Any:
    """The channel that a request has created."""
    assert response.status_code == 201, response.text
    return response.json()


def check_problem(response: httpx.Response, status: int, code: str) -> str:
    """The response is that refusal, in whole and in form (RFC 9457); answers its detail."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem == {
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": problem["detail"],
    }
    assert isinstance(problem["detail"], str)
    assert problem["detail"]
    assert response.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)
    if status == 503:
        assert int(response.headers["Retry-After"]) > 0
    return problem["detail"]
