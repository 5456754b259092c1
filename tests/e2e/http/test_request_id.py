"""The id of a request over HTTP: the caller's `X-Request-ID`, else a new one; in the answer, in the
events that it caused, and in the log of the service."""

import json
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from tests.support.http import User, changed, created
from tests.support.raw_http import exchange, post
from tests.support.request_ids import NEW, log_lines
from tests.support.service import RunningService

MakeUser = Callable[..., User]

ANSWERED = {
    "health": ("GET", "/health/live", 200),
    "readiness": ("GET", "/health/ready", 200),
    "the page": ("GET", "/docs", 200),
    "the OpenAPI document": ("GET", "/openapi.json", 200),
    "the AsyncAPI document": ("GET", "/asyncapi.json", 200),
    "a path that leads nowhere": ("GET", "/nowhere", 404),
    "a method that is not known": ("PATCH", "/health/live", 405),
    "no token": ("GET", "/workspaces/demo/channels", 401),
    "a connection of a socket": ("GET", "/socket.io/?EIO=4&transport=polling", 200),
    "a connection that is refused": ("GET", "/socket.io/?EIO=3&transport=polling", 400),
}


@pytest.mark.parametrize(("method", "path", "status"), ANSWERED.values(), ids=ANSWERED)
def test_every_answer_carries_the_id_of_its_request(
    http: httpx.Client, method: str, path: str, status: int
) -> None:
    request_id = str(uuid4())
    response = http.request(method, path, headers={"X-Request-ID": request_id})
    assert (response.status_code, response.headers["X-Request-ID"]) == (status, request_id)
    without = http.request(method, path)
    assert without.status_code == status
    assert NEW.fullmatch(without.headers["X-Request-ID"])


def test_every_answer_about_a_channel_carries_it(alice: User, member: MakeUser) -> None:
    key = str(uuid4())
    channel_id = created(alice.create("general", key=key, isPrivate=True))["id"]
    asks, bob_asks = alice.sending(x_request_id="mine"), member("bob").sending(x_request_id="mine")
    for response, status in (
        (asks.create("another"), 201),
        (asks.create("general", key=key, isPrivate=True), 200),
        (asks.post("{"), 400),
        (asks.post("{}", **{"Content-Type": None}), 415),
        (asks.create(""), 422),
        (asks.create("general"), 409),
        (asks.list(), 200),
        (asks.get(channel_id), 200),
        (bob_asks.get(channel_id), 404),
        (asks.update(channel_id, name="new"), 200),
        (asks.sending(if_match='"1"').update(channel_id, name="newer"), 412),
        (asks.add_member(channel_id, "bob"), 200),
        (bob_asks.update(channel_id, name="newer"), 403),
        (asks.members(channel_id), 200),
        (asks.history(channel_id), 200),
        (asks.remove_member(channel_id, "alice"), 409),
        (asks.remove_member(channel_id, "bob"), 200),
        (asks.post(b" " * 2_000_000), 413),
        (asks.delete(channel_id), 200),
    ):
        assert response.status_code == status, response.text
        assert response.headers["X-Request-ID"] == "mine"


def test_requests_without_an_id_get_one_of_their_own(http: httpx.Client, alice: User) -> None:
    ids = [http.get("/health/live").headers["X-Request-ID"] for _ in range(20)]
    ids += [alice.create("general").headers["X-Request-ID"] for _ in range(20)]
    assert len(set(ids)) == len(ids)
    assert all(map(NEW.fullmatch, ids))


@pytest.mark.parametrize("request_id", ["a", "a b", "00-4bf9-01", "{}()%s\\", "~" * 128])
def test_an_id_of_128_printable_characters_is_kept(
    service: RunningService, alice: User, request_id: str
) -> None:
    response = alice.sending(x_request_id=request_id).create("general")
    assert response.headers["X-Request-ID"] == request_id
    (told,) = changed(alice.history(created(response)["id"]))["history"]
    assert told["requestId"] == request_id
    assert log_lines(service, request_id)


def creation(user: User, request_id: bytes) -> bytes:
    """A creation, byte by byte, since no client would send such ids."""
    authorization = f"Authorization: {user.headers['Authorization']}"
    headers = ("Content-Type: application/json", "Content-Length: 13", "Connection: close")
    request = post(user.channels, authorization, *headers, "X-Request-ID: *", body=b'{"name": "a"}')
    return request.replace(b"X-Request-ID: *", b"X-Request-ID: " + request_id)


UNUSABLE: dict[str, bytes] = {
    "empty": b"",
    "of 129 characters": b"a" * 129,
    "of 8,000 characters": b"a" * 8_000,
    "beyond ASCII": "grüß".encode(),
    "not UTF-8": b"not\xffUTF-8",
    "with a tab": b"tab\ttab",
    "with an escape": b"escape\x1b[31m",
}


@pytest.mark.parametrize("request_id", UNUSABLE.values(), ids=UNUSABLE)
def test_an_id_that_cannot_serve_as_one_is_replaced(
    service: RunningService, alice: User, request_id: bytes
) -> None:
    (answer,) = exchange(service.url, creation(alice, request_id))
    assert answer.status == 201
    replaced = answer.headers["x-request-id"]
    assert NEW.fullmatch(replaced)
    (told,) = changed(alice.history(json.loads(answer.body)["id"]))["history"]
    assert told["requestId"] == replaced
    assert log_lines(service, replaced)
    assert log_lines(service, request_id.decode(errors="replace")) == []


MALFORMED = {
    "no HTTP": b"let me in, please\r\n\r\n",
    "a target that is no address": b"GET http://[kanal/ HTTP/1.1\r\nX-Request-ID: a\r\n\r\n",
    "a header without a colon": b"GET /health/live HTTP/1.1\r\nX-Request-ID\r\n\r\n",
    "a negative length": post("/", "X-Request-ID: a", "Content-Length: -1", body=b""),
}


@pytest.mark.parametrize("request_bytes", MALFORMED.values(), ids=MALFORMED)
def test_what_could_not_be_read_is_refused_under_an_id_too(
    service: RunningService, request_bytes: bytes
) -> None:
    (answer,) = exchange(service.url, request_bytes)
    assert answer.status == 400
    assert answer.headers["x-request-id"]


def test_each_command_is_logged_under_the_id_of_its_request(
    service: RunningService, alice: User
) -> None:
    channel_id = created(alice.create("general", isPrivate=True))["id"]
    for command, logged in (
        (lambda asks: asks.create("another"), "channel.created, channel-name.reserved"),
        (lambda asks: asks.update(channel_id, description="new"), "channel.updated"),
        (lambda asks: asks.add_member(channel_id, "bob"), "channel.member-added"),
        (lambda asks: asks.remove_member(channel_id, "bob"), "channel.member-removed"),
        (lambda asks: asks.delete(channel_id), "channel.deleted, channel-name.released"),
    ):
        request_id = str(uuid4())
        position = command(alice.sending(x_request_id=request_id)).json()["position"]
        (line,) = log_lines(service, request_id)
        assert f"position {position}: {logged}, by 'alice'" in line
