"""The requests that are known, read at a glance: only what everybody else would read so."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sanic.compat import Header
from sanic.exceptions import SanicException
from sanic.http import Http
from sanic.request import Request as SanicRequest
from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from transport.socketio.known_request import LARGEST_HEAD, KnownRequest, read_known

PATHS = frozenset({"/socket.io/", "/kanal/socket.io/"})
FIRST = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1"
HEADERS = [
    "Host: kanal.example",
    "Connection: keep-alive, Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
]
POLL = "GET /socket.io/?EIO=4&transport=polling&t=PgR9x1&sid=AAAA HTTP/1.1"
POST = POLL.replace("GET", "POST")


def request(first: str = FIRST, headers: list[str] = HEADERS, body: bytes = b"") -> bytes:
    return "\r\n".join([first, *headers, "", ""]).encode() + body


def without(name: str, *instead: str) -> bytes:
    return request(headers=[each for each in HEADERS if not each.startswith(name)] + [*instead])


def poll(first: str = POLL, *headers: str) -> bytes:
    return request(first, ["Host: kanal.example", *headers])


def post(*headers: str, body: bytes = b"3", first: str = POST) -> bytes:
    length = [] if any("ength" in each for each in headers) else [f"Content-Length: {len(body)}"]
    return request(first, ["Host: kanal.example", *length, *headers], body)


KNOWN = {
    "a handshake": request(),
    "below the base path": request(FIRST.replace(" /", " /kanal/")),
    "with a mark of the time": request(FIRST.replace(" HTTP", "&t=PgR9x1 HTTP")),
    "with what it does not know": request(
        headers=[*HEADERS, "Origin: https://a.example", "X-A: b"]
    ),
    "in other cases": request(headers=[each.lower() for each in HEADERS[:-1]] + HEADERS[-1:]),
    "an upgrade": request(FIRST.replace(" HTTP", "&sid=AAAA HTTP")),
    "a new session": poll(POLL.replace("&sid=AAAA", "")),
    "a poll": poll(),
    "a poll that keeps its connection": poll(POLL, "Connection: Keep-Alive"),
    "a poll that is the last": poll(POLL, "Connection: close"),
    "a poll with a body of nothing": poll(POLL, "Content-Length: 0"),
    "a payload": post(),
    "a payload of nothing": post(body=b""),
    "a payload that looks like more": post(body=b"4\r\n\r\n" + poll()),
    "a payload of any bytes": post(body=bytes(range(256))),
}

OTHERWISE = {
    "an upgrade, in disguise": request(FIRST.replace(" HTTP", "&%73id=AAAA HTTP")),
    "JSONP": request(FIRST.replace(" HTTP", "&j=1 HTTP")),
    "JSONP over polling": poll(POLL.replace("&t=", "&j=1&t=")),
    "an older protocol": request(FIRST.replace("EIO=4", "EIO=3")),
    "a protocol twice": request(FIRST.replace("EIO=4", "EIO=4&EIO=4")),
    "a session twice": poll(POLL.replace("sid=AAAA", "sid=AAAA&sid=BBBB")),
    "a session without an id": poll(POLL.replace("sid=AAAA", "sid=")),
    "two arguments in one": poll(POLL.replace("&sid", ";sid")),
    "another path": request(FIRST.replace("socket.io", "channels")),
    "a path below": poll(POLL.replace("/?", "/more?")),
    "a way around": poll(POLL.replace("/socket.io/?", "/x/../socket.io/?")),
    "an absolute target": request(FIRST.replace(" /", " http://kanal.example/")),
    "another method": request(FIRST.replace("GET", "POST")),
    "a preflight": poll(POLL.replace("GET", "OPTIONS")),
    "HEAD": poll(POLL.replace("GET", "HEAD")),
    "a method in lower case": poll(POLL.replace("GET", "get")),
    "an older HTTP": request(FIRST.replace("1.1", "1.0")),
    "an older HTTP, polling": poll(POLL.replace("1.1", "1.0")),
    "a fragment": request(FIRST.replace(" HTTP", "#x HTTP")),
    "no host": without("Host"),
    "two hosts": request(headers=[*HEADERS, "host: other.example"]),
    "no Connection": without("Connection"),
    "another Connection": without("Connection", "Connection: upgraded"),
    "another upgrade": without("Upgrade", "Upgrade: h2c"),
    "another version": without("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8"),
    "a short key": without("Sec-WebSocket-Key", "Sec-WebSocket-Key: AAAA"),
    "a key that is none": without("Sec-WebSocket-Key", "Sec-WebSocket-Key: é" + "A" * 22),
    "a body": request(headers=[*HEADERS, "Content-Length: 1"], body=b"x"),
    "a body to come": request(headers=[*HEADERS, "Content-Length: 1"]),
    "a continued line": request(headers=[*HEADERS, " more"]),
    "a continued length": request(POST, ["Host: a", "Content-Length:", " 1"], b"3"),
    "space before a colon": request(headers=[*HEADERS, "X-A : b"]),
    "space behind a length": post("Content-Length: 1 "),
    "a tab": poll(POLL, "X-A:\tb"),
    "a header without a name": poll(POLL, ": b"),
    "a line that is no header": poll(POLL, "X-A"),
    "a character that ends a line elsewhere": request(headers=[*HEADERS, "X-A: b\rX-B: c"]),
    "lines that end in another way": poll().replace(b"\r\n", b"\n"),
    "one line that ends in another way": poll(POLL, "X-A: b\nX-B: c"),
    "NUL": poll(POLL, "X-A: \0"),
    "beyond ASCII": poll(POLL, "X-A: é"),
    "half of it": request()[:-4],
    "half of a poll": poll()[:-2],
    "more behind it": request() + b"\x81\x80",
    "another request behind it": request() + request(),
    "another poll behind it": poll() + poll(),
    "a line behind it": poll() + b"\r\n",
    "a line before it": b"\r\n" + poll(),
    "too much": request(headers=[*HEADERS, f"X-A: {'b' * LARGEST_HEAD}"]),
    "an upgrade of a poll": poll(POLL, "Connection: Upgrade", "Upgrade: h2c"),
    "an upgrade that nobody asks for": poll(POLL, "Upgrade: websocket"),
    "a poll with a body": poll(POLL, "Content-Length: 1") + b"3",
    "a payload for nobody": post(first=POST.replace("&sid=AAAA", "")),
    "a payload in chunks": post("Transfer-Encoding: chunked", "X-Length: 1", body=b"0\r\n\r\n"),
    "chunks that are one": post("Transfer-Encoding: identity", "X-Length: 1"),
    "chunks and a length": post("Transfer-Encoding: chunked"),
    "two lengths": post("Content-Length: 1", "Content-Length: 1"),
    "two other lengths": post("Content-Length: 1", "Content-Length: 2"),
    "a length of two": post("Content-Length: 1, 1"),
    "a length with a sign": post("Content-Length: +1"),
    "a length with a zero before it": post("Content-Length: 01"),
    "a length that is none": post("Content-Length: x"),
    "no length": post("X-Length: 1"),
    "a payload that is longer": post("Content-Length: 2"),
    "a payload that is shorter": post("Content-Length: 1", body=b"33"),
    "an underscore for a hyphen": post("Content_Length: 5", "Transfer-Encoding: chunked"),
    "who asks before sending": post("Expect: 100-continue"),
    "a preflight's question": poll(POLL, "Access-Control-Request-Headers: x"),
    "nothing": b"",
    "no HTTP": b"GET \r\n\r\n",
}

PIECES = [
    b"\r\n", b"\n", b"\r", b" ", b"\t", b"\x0b", b"\r\n ", b"\r\n\r\n", b":", b"&", b"=", b"&sid=A",
    b"%73", b"+", b"0",
]  # fmt: skip
"""What parts a request, or might."""


@st.composite
def changed(draw: st.DrawFn) -> bytes:
    """A request that is changed in one place, most often where two of its parts meet."""
    data = draw(st.sampled_from([*KNOWN.values(), *OTHERWISE.values()]))
    borders = [place for place, byte in enumerate(data) if byte in b"\r\n :=&?"]
    at = draw(st.sampled_from(borders or [0]) | st.integers(0, len(data)))
    put = draw(st.sampled_from(PIECES) | st.binary(max_size=3))
    return data[:at] + put + data[at + draw(st.integers(0, 2)) :]


@pytest.mark.parametrize("data", KNOWN.values(), ids=KNOWN)
def test_a_request_as_clients_send_it_is_read(data: bytes) -> None:
    known = read_known(data, PATHS)
    assert known is not None
    assert known.headers["host"] == "kanal.example"
    assert known.body == data.partition(b"\r\n\r\n")[2]
    assert known.key == ("AAAAAAAAAAAAAAAAAAAAAA==" if known.is_handshake else "")
    assert known.sid == ("AAAA" if b"sid=AAAA" in known.target else None)
    assert known.mark == ("PgR9x1" if b"PgR9x1" in known.target else "")
    assert known.keeps_alive is (b"close" not in data)


@pytest.mark.parametrize("data", OTHERWISE.values(), ids=OTHERWISE)
def test_whatever_else_it_may_be_is_left_to_others(data: bytes) -> None:
    assert read_known(data, PATHS) is None


@settings(max_examples=1_000)
@given(changed())
def test_what_is_read_is_the_same_to_all(data: bytes) -> None:
    """To Sanic, which is left no byte of it, and to websockets where it is a handshake."""
    known = read_known(data, PATHS)
    if known is None:
        return
    method, target, headers, body, left, keeps_alive = asyncio.run(_as_sanic_reads(data))
    assert (method, target, body, left) == (known.method, known.target, known.body, b"")
    assert headers == dict(known.headers)
    assert known.is_handshake or keeps_alive is known.keeps_alive
    assert _as_sanic_splits(known) == {n: v for n, v in known.arguments.items() if v}
    if known.is_handshake:
        handshake = Request(known.target.decode(), Headers(Header(known.headers)))
        assert ServerProtocol(state=State.OPEN).accept(handshake).status_code == 101


async def _as_sanic_reads(data: bytes) -> tuple[str, bytes, dict[str, str], bytes, bytes, bool]:
    """Method, target, headers, body, what is left behind it, and whether the connection goes on."""

    async def no_more() -> None:
        raise SanicException("it waits for more")

    async def nobody(*_: Any, **__: Any) -> None: ...

    app: Any = SimpleNamespace(dispatch=nobody, config=SimpleNamespace(KEEP_ALIVE=True))
    protocol = SimpleNamespace(
        app=app, send=nobody, receive_more=no_more, recv_buffer=bytearray(data),
        request_class=SanicRequest, request_max_size=10**9, transport=None,
        state={"requests_count": 0},
    )  # fmt: skip
    http = Http(protocol)
    Http.set_header_max_size(LARGEST_HEAD)
    http.init_for_request()
    await http.http1_request_header()
    body = b"".join([part async for part in http])
    request = http.request
    headers = dict(request.headers.items())
    left = bytes(protocol.recv_buffer)
    return request.method, (http.url or "").encode(), headers, body, left, http.keep_alive


def _as_sanic_splits(known: KnownRequest) -> dict[str, str]:
    nothing: Any = None
    headers = Header(known.headers)
    request = SanicRequest(known.target, headers, "1.1", known.method, nothing, nothing)
    return {name: value for name, (value,) in request.args.items()}
