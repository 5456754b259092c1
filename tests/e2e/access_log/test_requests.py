"""The access log of requests: each is a line, which says whose it was and how it went, and nothing
that anybody could use."""

import json
import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from tests.support import postgres
from tests.support.clients import PATIENCE
from tests.support.http import User, created, http_client
from tests.support.lines import lines, noted
from tests.support.raw_http import exchange
from tests.support.service import RunningService, running_service
from tests.support.tokens import token


async def test_a_request_is_a_line_with_all_that_is_known_of_it(noting: RunningService) -> None:
    request_id = str(uuid4())
    with http_client(noting.url) as http:
        alice = User(http, "demo").sending(
            X_Request_ID=request_id, X_Forwarded_For="192.0.2.66, 2001:db8::7"
        )
        response = alice.create("general")
        created(response)
    line = await noted(noting, "request", http__request__id=request_id)
    assert line.pop("event.duration") > 0
    assert line.pop("@timestamp").endswith("Z")
    assert line.pop("ecs.version")
    assert line == {
        "log.level": "info",
        "message": "POST /workspaces/demo/channels 201",
        "log.logger": "kanal.access",
        "service.name": "kanal",
        "http.request.id": request_id,
        "event.action": "request",
        "client.address": "2001:db8::7",
        "http.request.method": "POST",
        "url.path": "/workspaces/demo/channels",
        "http.route": "/workspaces/{workspace_id}/channels",
        "http.response.status_code": 201,
        "http.response.body.bytes": len(response.content),
        "user.id": "alice",
    }


async def test_a_refused_request_is_a_line_too_and_names_no_user(noting: RunningService) -> None:
    request_id = str(uuid4())
    with http_client(noting.url) as http:
        http.get("/workspaces/demo/channels", headers={"X-Request-ID": request_id})
        http.get(f"/nowhere/{request_id}")
    line = await noted(noting, "request", http__request__id=request_id)
    assert line["http.response.status_code"] == 401
    assert "user.id" not in line
    line = await noted(noting, "request", url__path=f"/nowhere/{request_id}")
    assert line["http.response.status_code"] == 404
    assert "http.route" not in line


async def test_what_has_no_body_counts_no_bytes(noting: RunningService) -> None:
    request_id = str(uuid4())
    with http_client(noting.url) as http:
        http.head("/docs", headers={"X-Request-ID": request_id})
    line = await noted(noting, "request", http__request__id=request_id)
    assert line["http.response.body.bytes"] == 0


async def test_a_query_is_in_no_line(noting: RunningService) -> None:
    request_id = str(uuid4())
    with http_client(noting.url) as http:
        opened = http.get(
            "/socket.io/?EIO=4&transport=polling&token=canary-in-a-query",
            headers={"X-Request-ID": request_id},
        )
    await noted(noting, "request", http__request__id=request_id, url__path="/socket.io/")
    sid = opened.json() if opened.text[:1] == "{" else opened.text.split('"')[3]
    assert len(sid) > 8
    assert sid not in noting.output, "with the id of a session its messages can be read"
    assert "canary-in-a-query" not in noting.output


async def test_what_is_no_http_is_a_line(noting: RunningService) -> None:
    before = len(lines(noting))
    (answer,) = exchange(noting.url, b"\x01\x02\r\nNOT HTTP\r\n\r\n")
    assert answer.status == 400
    refused = [line for line in lines(noting)[before:] if line.get("event.action") == "request"]
    assert [line["http.response.status_code"] for line in refused] == [400]


INJECTED = {
    "a path": ("/a%0A2026-01-31 CRITICAL b", {}),
    "a path of control characters": ("/a\x1b[2J\x0bb", {}),
    "a separator of lines": ("/\u2028\x85", {}),
    "the id of the request": ("/", {"X-Request-ID": "x] CRITICAL y"}),
    "a forwarded address": ("/", {"X-Forwarded-For": "1.2.3.4\x0b CRITICAL"}),
    "an origin": ("/socket.io/?EIO=4&transport=polling", {"Origin": "http://a\x0c\x85CRITICAL"}),
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("cause", INJECTED)
def test_no_client_breaks_a_line_or_writes_one(
    noting: RunningService, as_text: RunningService, form: str, cause: str
) -> None:
    service = noting if form == "json" else as_text
    path, headers = INJECTED[cause]
    before = service.output
    sent = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {path} HTTP/1.1\r\nHost: kanal\r\nConnection: close\r\n{sent}\r\n"
    exchange(service.url, request.encode())
    written = service.output.removeprefix(before)
    assert written
    # Not even for Python, which knows eleven ends of a line.
    for line in written.splitlines():
        assert line.isprintable(), line
        if form == "json":
            assert json.loads(line)["log.level"] in ("info", "warning")
        else:
            assert re.match(r"[\d-]{10} [\d:]{8},\d{3} (INFO|WARNING) [a-z.]+ \[", line), line


@pytest.fixture(scope="module")
def as_text(postgres_url: str) -> Iterator[RunningService]:
    with running_service(postgres.create_database(postgres_url), access_log="on") as running:
        yield running


async def test_text_has_the_same_fields(as_text: RunningService) -> None:
    request_id = str(uuid4())
    with http_client(as_text.url) as http:
        User(http, "demo", "carol with=spaces").sending(X_Request_ID=request_id).list(limit=3)
    (line,) = [line for line in as_text.output.splitlines() if f"[{request_id}] GET" in line]
    for part in (
        " INFO kanal.access [",
        "GET /workspaces/demo/channels 200 event.action=request client.address=127.0.0.1 ",
        " http.route=/workspaces/{workspace_id}/channels http.response.status_code=200 ",
        ' user.id="carol with=spaces"',
    ):
        assert part in line
    assert "limit" not in line


def test_it_is_off_unless_it_is_turned_on(service: RunningService) -> None:
    request_id = str(uuid4())
    headers = {"Authorization": f"Bearer {token()}", "X-Request-ID": request_id}
    httpx.get(
        f"{service.url}/workspaces/demo/channels", headers=headers, timeout=PATIENCE
    ).raise_for_status()
    assert request_id not in service.output
    assert "kanal.access" not in service.output
