"""HTTP as a user of the service speaks it, and what a refusal must look like."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
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
        self.headers: dict[str, Any] = bearer(token(name, {workspace: role}))
        self.channels = f"/workspaces/{segment(workspace)}/channels"

    def sending(self, **headers: str | bytes) -> "User":
        """This user with more headers in every request; `if_match` is If-Match."""
        other = copy(self)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        other.headers = {**self.headers, **named}
        return other

    def create(self, name: str, *, key: str | bytes | None = None, **body: Any) -> httpx.Response:
        """Create a channel, with an idempotency key where one is given."""
        return self.post(json.dumps({"name": name, **body}), **{"Idempotency-Key": key})

    def post(self, body: Any, **headers: str | bytes | None) -> httpx.Response:
        """Post a body as it is, as JSON unless `headers` say otherwise; None leaves one out."""
        return self.send("POST", "", body, **headers)

    def list(self, **query: Any) -> httpx.Response:
        return self._read("", query)

    def get(self, channel_id: str) -> httpx.Response:
        return self._read(f"/{channel_id}")

    def update(self, channel_id: str, **changes: Any) -> httpx.Response:
        return self.send("PATCH", f"/{channel_id}", json.dumps(changes))

    def delete(self, channel_id: str) -> httpx.Response:
        return self._bare("DELETE", f"/{channel_id}")

    def members(self, channel_id: str, **query: Any) -> httpx.Response:
        return self._read(f"/{channel_id}/members", query)

    def add_member(self, channel_id: str, user_id: str, role: str | None = None) -> httpx.Response:
        """Let a user in, or change their role; without one the request has no body."""
        path = f"/{channel_id}/members/{segment(user_id)}"
        if role is None:
            return self._bare("PUT", path)
        return self.send("PUT", path, json.dumps({"role": role}))

    def remove_member(self, channel_id: str, user_id: str) -> httpx.Response:
        return self._bare("DELETE", f"/{channel_id}/members/{segment(user_id)}")

    def history(self, channel_id: str, **query: Any) -> httpx.Response:
        return self._read(f"/{channel_id}/history", query)

    def send(
        self, method: str, path: str, body: Any, **headers: str | bytes | None
    ) -> httpx.Response:
        """A body as it is to a path under the channels; its headers are as `post` has them."""
        given = {**self.headers, "Content-Type": "application/json", **headers}
        sent = {name: value for name, value in given.items() if value is not None}
        return self._http.request(method, f"{self.channels}{path}", content=body, headers=sent)

    def _bare(self, method: str, path: str) -> httpx.Response:
        return self._http.request(method, f"{self.channels}{path}", headers=self.headers)

    def _read(self, path: str, query: Any = None) -> httpx.Response:
        url = f"{self.channels}{path}"
        return self._http.get(url, params=query, headers=self.headers)


def segment(text: str) -> str:
    """Text as one segment of a path; its dots are encoded too, since clients take the segments
    `.` and `..` out."""
    return quote(text, safe="").replace(".", "%2E")


def created(response: httpx.Response) -> Any:
    """The channel that a request has created."""
    assert response.status_code == 201, response.text
    return response.json()


def changed(response: httpx.Response) -> Any:
    """What a command answers that has done what it should."""
    assert response.status_code == 200, response.text
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
