"""HTTP that is odd and yet clear: it is served, and its connection goes on."""

import json

import pytest

from tests.support.http import User, created
from tests.support.raw_http import LAST, LIVE, exchange, post
from tests.support.service import RunningService

pytestmark = pytest.mark.usefixtures("the_service_stays_well")


def authorization(user: User) -> str:
    return "Authorization: " + user.headers["Authorization"]


def creation(user: User, name: str, *headers: str) -> bytes:
    body = json.dumps({"name": name}).encode()
    sized = (f"Content-Length: {len(body)}", "Content-Type: application/json", *headers)
    return post(user.channels, authorization(user), *sized, body=body)


ODD = {
    "no host": b"GET /health/live HTTP/1.1\r\n\r\n",
    "a host that is none": b"GET /health/live HTTP/1.1\r\nHost: a b:[::\r\n\r\n",
    "a whole address": b"GET http://elsewhere/health/live HTTP/1.1\r\nHost: kanal\r\n\r\n",
    "a fragment": b"GET /health/live#top HTTP/1.1\r\nHost: kanal\r\n\r\n",
    "10,000 slashes": b"GET /health/live" + b"/" * 10_000 + b" HTTP/1.1\r\nHost: kanal\r\n\r\n",
    "a header in two lines": b"GET /health/live HTTP/1.1\r\nX-Odd: a\r\n b: c\r\n\r\n",
    "headers beyond UTF-8": b"GET /health/live HTTP/1.1\r\nCookie: \xff\r\nOrigin: \xff\r\n\r\n",
    "a header of NUL": b"GET /health/live HTTP/1.1\r\nX-Odd: \x00\r\n\r\n",
    "a body": b"GET /health/live HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
    "another request as its body": b"GET /health/live HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b"
    % (len(LAST), LAST),
}


@pytest.mark.parametrize("request_bytes", ODD.values(), ids=ODD)
def test_an_odd_request_is_served(service: RunningService, request_bytes: bytes) -> None:
    answers = exchange(service.url, request_bytes, LIVE, LAST)
    assert [answer.status for answer in answers] == [200, 200, 200]


def test_requests_that_do_not_wait_for_answers_are_answered_in_their_order(
    service: RunningService, alice: User
) -> None:
    names = [f"channel {number}" for number in range(20)]
    requests = [creation(alice, name) for name in [*names, names[0]]]
    *answers, taken, last = exchange(service.url, *requests, LAST)
    assert [json.loads(answer.body)["name"] for answer in answers] == names
    assert (taken.status, last.status) == (409, 200)


def test_a_request_that_is_refused_keeps_its_connection(
    service: RunningService, alice: User
) -> None:
    requests = [creation(alice, ""), LIVE, post("/nowhere", "Content-Length: 5", body=b"hello")]
    answers = exchange(service.url, *requests, creation(alice, "good"), LAST)
    assert [answer.status for answer in answers] == [422, 200, 404, 201, 200]


def test_a_body_in_chunks_is_read(service: RunningService, alice: User) -> None:
    headers = ("Transfer-Encoding: chunked", "Content-Type: application/json")
    chunks = b'8;a=b\r\n{"name":\r\n3\r\n"a"\r\n1\r\n}\r\n0\r\n\r\n'
    request = post(alice.channels, authorization(alice), *headers, body=chunks)
    first, last = exchange(service.url, request, LAST)
    assert (first.status, json.loads(first.body)["name"], last.status) == (201, "a", 200)


def test_who_asks_before_sending_is_told_to_go_on(service: RunningService, alice: User) -> None:
    request = creation(alice, "asked", "Expect: 100-continue")
    statuses = [answer.status for answer in exchange(service.url, request, LAST)]
    assert statuses == [100, 201, 200]


@pytest.mark.parametrize("length", [10, -5], ids=["in its headers", "in its body"])
def test_a_request_that_is_cut_off_creates_nothing(
    service: RunningService, alice: User, length: int
) -> None:
    assert exchange(service.url, creation(alice, "cut")[:length], cut=True) == []
    created(alice.create("cut"))


REQUEST_IDS = {
    "empty": b"",
    "long": b"a" * 10_000,
    "beyond UTF-8": b"\xff\xfe",
    "of NUL": b"\x00",
    "of half a line": b"a\nb",
    "of a tab": b"a\tb",
    "of a format": b"%s%n{0}${a}",
}


@pytest.mark.parametrize("request_id", REQUEST_IDS.values(), ids=REQUEST_IDS)
def test_an_odd_request_id_spoils_nothing(
    service: RunningService, alice: User, request_id: bytes
) -> None:
    request = creation(alice, "odd", "X-Request-ID: *").replace(b": *", b": " + request_id)
    answers = exchange(service.url, request, LAST)
    assert [answer.status for answer in answers] == [201, 200]


@pytest.mark.parametrize("header", ["Authorization", "Content-Type", "Idempotency-Key"])
def test_a_header_beyond_utf_8_is_refused_where_it_means_something(
    service: RunningService, alice: User, header: str
) -> None:
    request = creation(alice, "odd", "Idempotency-Key: key")
    start = request.index(header.encode()) + len(header) + 2
    broken = request[:start] + b"\xff\xfe" + request[start:]
    first, last = exchange(service.url, broken, LAST)
    expected = {"Authorization": 401, "Content-Type": 415, "Idempotency-Key": 422}
    assert (first.status, last.status) == (expected[header], 200)
