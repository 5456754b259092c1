"""HTTP responses: structs as JSON, a channel with its ETag."""

import msgspec
from sanic.response import HTTPResponse

from domain.channel_repository import ChannelAt
from projections.representations import channel_model


def json_response(body: msgspec.Struct, status: int = 200) -> HTTPResponse:
    return HTTPResponse(msgspec.json.encode(body), status=status, content_type="application/json")


def channel_response(at: ChannelAt, status: int = 200) -> HTTPResponse:
    """The channel, its version as ETag (RFC 9110, 8.8.3)."""
    response = json_response(channel_model(at), status)
    response.headers["ETag"] = f'"{at.channel.version}"'
    return response
