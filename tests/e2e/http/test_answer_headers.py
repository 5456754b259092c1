"""The headers of every answer: what we mean to say, and nothing that a library adds unasked."""

import json
from collections.abc import Iterator

import httpx

from tests.support.raw_http import exchange
from tests.support.service import RunningService

POLL = "/socket.io/?EIO=4&transport=polling"


def answers(http: httpx.Client) -> Iterator[httpx.Response]:
    """One of each operation that is described, of what is not, and of Socket.IO."""
    for path, operations in http.get("/openapi.json").json()["paths"].items():
        for method in operations.keys() - {"parameters"}:
            yield http.request(method, path)
    for path in ("/", "/docs", "/openapi.json", "/asyncapi.json", "/health/metrics", "/nowhere"):
        yield http.get(path)
    yield http.put("/docs")
    opened = http.get(POLL)
    yield opened
    sid = json.loads(opened.text[1:])["sid"]
    yield http.post(f"{POLL}&sid={sid}", content="40")
    yield http.get(f"{POLL}&sid=made-up")
    yield http.options(POLL)


def test_no_answer_has_a_header_without_a_value(
    http: httpx.Client, service: RunningService
) -> None:
    found = list(answers(http))
    assert {200, 400, 401, 404, 405} <= {answer.status_code for answer in found}
    for answer in found:
        assert "alt-svc" not in answer.headers, answer.request.url
        assert all(answer.headers.values()), answer.request.url
    [malformed] = exchange(service.url, b"no HTTP at all\r\n\r\n")
    assert malformed.status == 400
    assert all(malformed.headers.values())
