"""The requests of Engine.IO that stock clients all send alike, read at a glance: a handshake, for a
new session or one that upgrades, and polling requests.

A request is known that has come whole, with nothing behind it, each header once, and nothing that
another could read in another way. Whatever else may be right as well is for Sanic and websockets,
which read everything.
"""

import binascii
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import httptools

LARGEST_HEAD = 16_384
"""Bytes; Sanic allows no more either."""

_END = b"\r\n\r\n"
_PLAIN = re.compile(rb"[!-~][ -~]*+(?:\r\n[!-~][ -~]*+)*+\Z")
"""A head in printable ASCII, no line of which goes on with another."""
_QUERY = re.compile(r"[A-Za-z0-9=&._-]*+")
"""In it an argument has the name that it seems to have."""

_NEVER = frozenset({"transfer-encoding", "expect", "access-control-request-headers"})
_ALONE = frozenset({"close", "keep-alive"})
_WITH_UPGRADE = frozenset({"upgrade", "keep-alive, upgrade", "upgrade, keep-alive"})
"""What `Connection` may say, of a polling request and of a handshake."""
_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """A request for a session, or for a new one where `sid` is None."""

    method: str
    target: bytes
    headers: Mapping[str, str]
    """By names in lower case, each once."""
    arguments: Mapping[str, str]
    """Of the query, each once."""
    body: bytes = b""

    @property
    def sid(self) -> str | None:
        return self.arguments.get("sid")

    @property
    def key(self) -> str:
        """That of a handshake (RFC 6455, 4.1); empty where it is none."""
        return self.headers.get("sec-websocket-key", "") if self.is_handshake else ""

    @property
    def is_handshake(self) -> bool:
        return self.arguments["transport"] == "websocket"

    @property
    def mark(self) -> str:
        """By which a poll is told from the one before."""
        return self.arguments.get("t", "")

    @property
    def keeps_alive(self) -> bool:
        """Whether the connection may go on after the answer."""
        return self.headers.get("connection", "").lower() != "close"


def read_known(data: bytes, paths: Collection[str]) -> KnownRequest | None:
    """The request that these bytes are, for one of the paths; None where they are anything else."""
    head, end, body = data.partition(_END)
    if not end or len(head) > LARGEST_HEAD - len(end) or not _PLAIN.match(head):
        return None
    parts = _Parts()
    parser = httptools.HttpRequestParser(parts)
    try:
        parser.feed_data(head + end)
    except httptools.HttpParserUpgrade:
        pass  # to whatever it may be
    except httptools.HttpParserError:
        return None
    arguments = _arguments(parts.target.decode(), paths)
    if arguments is None or parser.get_http_version() != "1.1" or parts.has_one_twice:
        return None
    method = parser.get_method().decode()
    request = KnownRequest(method, parts.target, parts.headers, arguments, body)
    return request if _is_known(request) else None


class _Parts:
    """What the parser tells; the names of its methods are its own."""

    def __init__(self) -> None:
        self.target = b""
        self.headers: dict[str, str] = {}
        self.has_one_twice = False

    def on_url(self, target: bytes) -> None:
        self.target += target

    def on_header(self, name: bytes, value: bytes) -> None:
        key = name.decode().lower()
        self.has_one_twice |= key in self.headers
        self.headers[key] = value.decode()


def _arguments(target: str, paths: Collection[str]) -> dict[str, str] | None:
    """Those of a target for one of the paths; None where one is there twice."""
    path, _, query = target.partition("?")
    if path not in paths or not _QUERY.fullmatch(query):
        return None
    pairs = [pair.partition("=") for pair in query.split("&")]
    arguments = {name: value for name, _, value in pairs}
    return arguments if len(arguments) == len(pairs) else None


def _is_known(request: KnownRequest) -> bool:
    headers, arguments, size = request.headers, request.arguments, str(len(request.body))
    if (
        arguments.get("EIO") != "4"
        or "j" in arguments
        or arguments.get("sid") == ""
        or "host" not in headers
        or not _NEVER.isdisjoint(headers)
    ):
        return False
    match request.method, arguments.get("transport"):
        case "GET", "websocket":
            return _is_handshake(headers) and not request.body
        case "GET", "polling":
            return _is_alone(headers) and headers.get("content-length", "0") == size == "0"
        case "POST", "polling":
            return (
                _is_alone(headers)
                and request.sid is not None
                and headers.get("content-length") == size
            )
    return False


def _is_alone(headers: Mapping[str, str]) -> bool:
    """Whether it asks for nothing but its answer."""
    return "upgrade" not in headers and headers.get("connection", "keep-alive").lower() in _ALONE


def _is_handshake(headers: Mapping[str, str]) -> bool:
    return (
        headers.get("upgrade", "").lower() == "websocket"
        and headers.get("connection", "").lower() in _WITH_UPGRADE
        and headers.get("sec-websocket-version") == "13"
        and "content-length" not in headers
        and _is_key(headers.get("sec-websocket-key", ""))
    )


def _is_key(text: str) -> bool:
    try:
        return len(binascii.a2b_base64(text, strict_mode=True)) == _KEY_BYTES
    except ValueError:
        return False
