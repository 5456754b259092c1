"""Answers to what the front has had served, as bytes: as Sanic would send them, with what the
application adds to each answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from transport.socketio.front_engine import Answered


@dataclass(frozen=True, slots=True)
class Answering:
    """What the application has to do with each answer."""

    marks: Callable[[str | None], Mapping[str, str]]
    """What an answer to a page of that origin is marked with."""
    note: Callable[[Any, int, bytes], None]
    """Told of a request that is answered, with a status and a body."""
    is_leaving: Callable[[], bool]
    """Whether connections end with their next answer."""

    def encode(self, request: Any, answered: Answered, *, is_last: bool) -> bytes:
        """The answer, the last of its connection or not; it is noted."""
        body = answered.body
        self.note(request, answered.status, body)
        fields = {
            **dict(answered.headers),
            "X-Request-ID": request.correlation_id,
            **self.marks(request.headers.get("Origin")),
        }
        lines = "".join([f"{name}: {value}\r\n" for name, value in fields.items()])
        connection = "close" if is_last else "keep-alive"
        end = f"Content-Length: {len(body)}\r\nConnection: {connection}\r\n\r\n"
        return b"".join((_STATUS_LINES[answered.status], (lines + end).encode(), body))


_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
