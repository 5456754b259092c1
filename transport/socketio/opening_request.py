"""The request that opens a connection over a WebSocket, read at a glance.

Stock clients all send it alike, and whole. What is not just like it may be right as well, and is
for Sanic and websockets, which read everything.
"""

import binascii
from collections.abc import Collection, Mapping
from dataclasses import dataclass

LARGEST = 16_384
"""Bytes; Sanic allows no more either."""

_END = b"\r\n\r\n"
_KEY_BYTES = 16
_ARGUMENTS = {"EIO": "4", "transport": "websocket"}
_OTHERS = frozenset({"sid", "j"})
"""Arguments of requests that open nothing, or over polling."""
_CONNECTIONS = frozenset({"upgrade", "keep-alive, upgrade", "upgrade, keep-alive"})
_WITH_BODY = frozenset({"content-length", "transfer-encoding", "expect"})
_ENCODED = frozenset("%+;")
"""By these an argument may have another name than it seems."""


@dataclass(frozen=True, slots=True)
class OpeningRequest:
    """A handshake (RFC 6455, 4.1) for a new connection of Engine.IO."""

    target: str
    headers: Mapping[str, str]
    """By names in lower case, each once."""

    @property
    def key(self) -> str:
        return self.headers["sec-websocket-key"]


def read_opening(data: bytes, paths: Collection[str]) -> OpeningRequest | None:
    """The request that these bytes are, for one of the paths; None where they are anything else."""
    if not data.startswith(b"GET ") or not data.endswith(_END) or len(data) > LARGEST:
        return None
    try:
        first, *lines = data[: -len(_END)].decode("ascii").split("\r\n")
        _, target, version = first.split(" ")
        headers = dict(_header(line) for line in lines)
    except ValueError:
        return None
    request = OpeningRequest(target, headers)
    is_whole = version == "HTTP/1.1" and len(headers) == len(lines)
    return request if is_whole and _opens(target, paths) and _is_handshake(headers) else None


def _header(line: str) -> tuple[str, str]:
    """Raises ValueError."""
    name, value = line.split(":", 1)
    if not name.replace("-", "").isalnum() or not value.isprintable():
        raise ValueError
    return name.lower(), value.strip(" ")


def _opens(target: str, paths: Collection[str]) -> bool:
    before, _, query = target.partition("?")
    if before not in paths or not _ENCODED.isdisjoint(query) or "#" in query:
        return False
    pairs = [pair.partition("=") for pair in query.split("&")]
    arguments = {name: value for name, _, value in pairs}
    return (
        len(arguments) == len(pairs)
        and arguments.items() >= _ARGUMENTS.items()
        and _OTHERS.isdisjoint(arguments)
    )


def _is_handshake(headers: Mapping[str, str]) -> bool:
    return (
        headers.get("upgrade", "").lower() == "websocket"
        and headers.get("connection", "").lower() in _CONNECTIONS
        and headers.get("sec-websocket-version") == "13"
        and "host" in headers
        and _WITH_BODY.isdisjoint(headers)
        and _is_key(headers.get("sec-websocket-key", ""))
    )


def _is_key(text: str) -> bool:
    try:
        return len(binascii.a2b_base64(text, strict_mode=True)) == _KEY_BYTES
    except ValueError:
        return False
