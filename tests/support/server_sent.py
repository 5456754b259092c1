"""Server-sent events taken apart by their rules (HTML, 9.2.6), as the feed's streams send them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One event: its kind, `message` where none is named; its data; the last id until then."""

    event: str
    data: str
    id: str


async def server_sent(chunks: AsyncIterator[bytes]) -> AsyncIterator[Message]:
    """Each whole event; one that the end cuts off is none. Comments are passed over."""
    kind, last_id = "", ""
    data: list[str] = []
    async for line in _lines(chunks):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match name:
            case "" if not line:
                if data:
                    yield Message(kind or "message", "\n".join(data), last_id)
                kind, data = "", []
            case "event":
                kind = value
            case "data":
                data.append(value)
            case "id":
                last_id = value


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """Those that a line feed ends, as all of the feed's do: what Python or httpx take for the end
    of a line besides may be in a text of JSON."""
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode()
