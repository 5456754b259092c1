"""HTTP responses: structs as JSON, a channel with its ETag."""

import re
from collections.abc import Iterator
from itertools import chain

import msgspec
from sanic.response import HTTPResponse

from domain.channel_repository import ChannelAt
from projections.representations import channel_model


class JsonResponse(HTTPResponse):
    """A response whose head takes a fifth of Sanic's time to write, which looks through each name
    and each value by itself for what it leaves out."""

    def __init__(self, body: msgspec.Struct, status: int) -> None:
        super().__init__(msgspec.json.encode(body), status, content_type="application/json")

    @property
    def processed_headers(self) -> Iterator[tuple[bytes, bytes]]:
        self.headers.setdefault("content-type", self.content_type)
        head = [
            (name.encode("ascii"), str(value).encode(errors="surrogateescape"))
            for name, value in self.headers.items()
        ]
        if _LEFT_OUT.search(b"".join(chain.from_iterable(head))):
            return super().processed_headers
        return iter(head)


_LEFT_OUT = re.compile(rb"[\r\n\x00]")


def json_response(body: msgspec.Struct, status: int = 200) -> HTTPResponse:
    return JsonResponse(body, status)


def channel_response(at: ChannelAt, status: int = 200) -> HTTPResponse:
    """The channel, its version as ETag (RFC 9110, 8.8.3)."""
    response = json_response(channel_model(at), status)
    response.headers["ETag"] = f'"{at.channel.version}"'
    return response
