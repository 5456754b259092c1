"""The request that opens a WebSocket, read at a glance: only what everybody else would read so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanic.compat import Header
from websockets.datastructures import Headers
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from transport.socketio.opening_request import LARGEST, read_opening

PATHS = frozenset({"/socket.io/", "/kanal/socket.io/"})
FIRST = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1"
HEADERS = [
    "Host: kanal.example",
    "Connection: keep-alive, Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
]


def request(first: str = FIRST, headers: list[str] = HEADERS) -> bytes:
    return "\r\n".join([first, *headers, "", ""]).encode()


def without(name: str, *instead: str) -> bytes:
    return request(headers=[each for each in HEADERS if not each.startswith(name)] + [*instead])


OPENING = {
    "plain": request(),
    "below the base path": request(FIRST.replace(" /", " /kanal/")),
    "with a mark of the time": request(FIRST.replace(" HTTP", "&t=PgR9x1 HTTP")),
    "with what it does not know": request(
        headers=[*HEADERS, "Origin: https://a.example", "X-A: b"]
    ),
    "in other cases": request(headers=[each.lower() for each in HEADERS[:-1]] + HEADERS[-1:]),
}

OTHERWISE = {
    "polling": request(FIRST.replace("websocket", "polling")),
    "an upgrade": request(FIRST.replace(" HTTP", "&sid=AAAA HTTP")),
    "an upgrade, in disguise": request(FIRST.replace(" HTTP", "&%73id=AAAA HTTP")),
    "JSONP": request(FIRST.replace(" HTTP", "&j=1 HTTP")),
    "an older protocol": request(FIRST.replace("EIO=4", "EIO=3")),
    "a protocol twice": request(FIRST.replace("EIO=4", "EIO=4&EIO=4")),
    "another path": request(FIRST.replace("socket.io", "channels")),
    "an absolute target": request(FIRST.replace(" /", " http://kanal.example/")),
    "another method": request(FIRST.replace("GET", "POST")),
    "an older HTTP": request(FIRST.replace("1.1", "1.0")),
    "a fragment": request(FIRST.replace(" HTTP", "#x HTTP")),
    "no host": without("Host"),
    "two hosts": request(headers=[*HEADERS, "host: other.example"]),
    "no Connection": without("Connection"),
    "another Connection": without("Connection", "Connection: upgraded"),
    "another upgrade": without("Upgrade", "Upgrade: h2c"),
    "another version": without("Sec-WebSocket-Version", "Sec-WebSocket-Version: 8"),
    "a short key": without("Sec-WebSocket-Key", "Sec-WebSocket-Key: AAAA"),
    "a key that is none": without("Sec-WebSocket-Key", "Sec-WebSocket-Key: é" + "A" * 22),
    "a body": request(headers=[*HEADERS, "Content-Length: 1"]) + b"x",
    "a body to come": request(headers=[*HEADERS, "Content-Length: 1"]),
    "a continued line": request(headers=[*HEADERS, " more"]),
    "space before a colon": request(headers=[*HEADERS, "X-A : b"]),
    "a character that ends a line elsewhere": request(headers=[*HEADERS, "X-A: b\rX-B: c"]),
    "half of it": request()[:-4],
    "more behind it": request() + b"\x81\x80",
    "another request behind it": request() + request(),
    "too much": request(headers=[*HEADERS, f"X-A: {'b' * LARGEST}"]),
    "nothing": b"",
    "no HTTP": b"GET \r\n\r\n",
}


@pytest.mark.parametrize("data", OPENING.values(), ids=OPENING)
def test_a_handshake_as_clients_send_it_is_read(data: bytes) -> None:
    opening = read_opening(data, PATHS)
    assert opening is not None
    assert opening.key == "AAAAAAAAAAAAAAAAAAAAAA=="
    assert opening.headers["host"] == "kanal.example"


@pytest.mark.parametrize("data", OTHERWISE.values(), ids=OTHERWISE)
def test_whatever_else_it_may_be_is_left_to_others(data: bytes) -> None:
    assert read_opening(data, PATHS) is None


@given(at=st.integers(0, len(request()) - 1), put=st.binary(max_size=3), over=st.integers(0, 3))
def test_what_is_read_is_a_handshake_to_websockets_as_well(at: int, put: bytes, over: int) -> None:
    opening = read_opening(request()[:at] + put + request()[at + over :], PATHS)
    if opening is not None:
        headers = Headers(Header(opening.headers))
        answer = ServerProtocol(state=State.OPEN).accept(Request(opening.target, headers))
        assert answer.status_code == 101
