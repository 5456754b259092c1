"""What is no HTTP, or too much of it: it is refused in so many words, and harms nobody."""

import json

import pytest

from tests.support.raw_http import LIVE, Answer, exchange, post
from tests.support.service import RunningService

CREATE = "/workspaces/demo/channels"
CHUNKED = "Transfer-Encoding: chunked"


pytestmark = pytest.mark.usefixtures("the_service_stays_well")


def check_refused(answer: Answer, status: int, code: str) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["connection"] == "close"
    problem = json.loads(answer.body)
    assert (answer.status, problem["status"], problem["code"]) == (status, status, code)


MALFORMED = {
    "garbage": b"\x00\x01\xff\r\n\r\n",
    "words": b"let me in, please\r\n\r\n",
    "empty lines": b"\r\n\r\n",
    "HTTP/0.9": b"GET /health/live\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP of another version": b"GET /health/live HTTP/9.9\r\n\r\n",
    "a target with a blank": b"GET /health live HTTP/1.1\r\n\r\n",
    "no target": b"GET  HTTP/1.1\r\n\r\n",
    "a target beyond ASCII": "GET /grüß HTTP/1.1\r\n\r\n".encode(),
    "a target that is no path": b"GET health/live HTTP/1.1\r\n\r\n",
    "a target that is no address": b"GET http://[kanal/health/live HTTP/1.1\r\n\r\n",
    "a tunnel": b"CONNECT kanal:80 HTTP/1.1\r\n\r\n",
    "a header without a colon": b"GET /health/live HTTP/1.1\r\nHost\r\n\r\n",
    "a length that is no number": post(CREATE, "Content-Length: many", body=b"{}"),
    "a negative length": post(CREATE, "Content-Length: -1", body=b"{}"),
    "two lengths": post(CREATE, "Content-Length: 2", "Content-Length: 20", body=b"{}"),
    "a length and chunks": post(CREATE, "Content-Length: 2", CHUNKED, body=b"0\r\n\r\n"),
    "an unknown coding": post(CREATE, "Transfer-Encoding: gzip", body=b"{}"),
    "a chunk of no size": post(CREATE, CHUNKED, body=b"many\r\n{}\r\n0\r\n\r\n"),
    "a chunk of negative size": post(CREATE, CHUNKED, body=b"-2\r\n{}\r\n0\r\n\r\n"),
    "a chunk without an end": post(CREATE, CHUNKED, body=b"2\r\n{}0\r\n\r\n"),
    "a request in a trailer": post(CREATE, CHUNKED, body=b"0\r\n" + LIVE + b"\r\n"),
}


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_request_is_refused_and_ends_its_connection(
    service: RunningService, request_bytes: bytes
) -> None:
    (answer,) = exchange(service.url, request_bytes, LIVE)
    check_refused(answer, 400, "malformed")


def test_an_expectation_that_is_not_known_is_refused(service: RunningService) -> None:
    request = post(CREATE, "Content-Length: 2", "Expect: the best", body=b"{}")
    (answer,) = exchange(service.url, request, LIVE)
    check_refused(answer, 417, "malformed")


def chunks(count: int, size: int) -> bytes:
    return (b"%x\r\n" % size + b" " * size + b"\r\n") * count + b"0\r\n\r\n"


TOO_LARGE = {
    "a header of 16 KB": b"GET /health/live HTTP/1.1\r\nX-Long: " + b"a" * 16_384 + b"\r\n\r\n",
    "a header of 1 MB": b"GET /health/live HTTP/1.1\r\nX-Long: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "a target of 16 KB": b"GET /" + b"a" * 16_384 + b" HTTP/1.1\r\n\r\n",
    "2,000 headers": b"GET /health/live HTTP/1.1\r\n" + b"X-Many: a\r\n" * 2_000 + b"\r\n",
    "a length of 10 MB": post(CREATE, "Content-Length: 10000000", body=b""),
    "a body of 10 MB": post(CREATE, "Content-Length: 10000000", body=b" " * 10_000_000),
    "a length beyond 64 bits": post(CREATE, f"Content-Length: {10**30}", body=b"{}"),
    "many chunks": post(CREATE, CHUNKED, body=chunks(20, 100_000)),
    "a huge chunk": post(CREATE, CHUNKED, body=b"fffffff\r\n"),
    "a body of 10 MB with a GET": b"GET /health/live HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n",
}


@pytest.mark.parametrize("request_bytes", TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_is_too_large_is_refused_before_it_has_come(
    service: RunningService, request_bytes: bytes
) -> None:
    (answer,) = exchange(service.url, request_bytes)
    check_refused(answer, 413, "too_large")


def test_who_asks_before_sending_10_mb_is_told_not_to(service: RunningService) -> None:
    request = post(CREATE, "Content-Length: 10000000", "Expect: 100-continue", body=b"")
    *_, answer = exchange(service.url, request)
    check_refused(answer, 413, "too_large")
