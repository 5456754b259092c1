"""The HTTP routes: a request in, a command or a query, and its answer out."""

import asyncio
import re
from collections.abc import Callable
from uuid import UUID

import msgspec
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from domain.commands import ChannelAt, ChannelCommands, CreateChannel
from domain.errors import Invalid, NotFound, Unavailable
from domain.identifiers import MAX_ID_LENGTH
from projections.channel_list import ChannelList
from projections.channel_model import channel_model
from transport.correlation import new_correlation_id
from transport.errors import Unauthenticated, UnsupportedMedia
from transport.schemas import (
    CURSOR_PATTERN,
    ChannelPageBody,
    CreateChannelBody,
    Health,
    decode_body,
)
from transport.tokens import Access, TokenVerifier

MAX_PAGE = 200
DEFAULT_PAGE = 50

MAX_WAIT = 4.0
"""Seconds that `minPosition` may wait for the list."""


def create_routes(
    *,
    tokens: TokenVerifier,
    commands: ChannelCommands,
    channels: ChannelList,
    missing: Callable[[], list[str]],
) -> Blueprint:
    """All routes but the documents'. `missing` names what keeps the service from being ready."""
    routes = Blueprint("kanal")

    @routes.post("/workspaces/<workspace_id:str>/channels", unquote=True)
    async def create_channel(request: Request, workspace_id: str) -> HTTPResponse:
        access = await _authenticated(request, tokens)
        access.actor.role_in(workspace_id)
        body = decode_body(_json_body(request), CreateChannelBody)
        creation = await commands.create_channel(
            access.actor,
            CreateChannel(
                workspace_id=workspace_id,
                name=body.name,
                description=body.description,
                is_private=body.is_private,
                idempotency_key=request.headers.get("Idempotency-Key"),
            ),
            correlation_id(request),
        )
        response = _channel_response(creation.at, status=201 if creation.is_new else 200)
        response.headers["Location"] = f"{request.path.rstrip('/')}/{creation.at.channel.id}"
        return response

    @routes.get("/workspaces/<workspace_id:str>/channels", unquote=True)
    async def list_channels(request: Request, workspace_id: str) -> HTTPResponse:
        access = await _authenticated(request, tokens)
        access.actor.role_in(workspace_id)
        limit = _whole_number(request, "limit", default=DEFAULT_PAGE, least=1, most=MAX_PAGE)
        after = _decode_cursor(_argument(request, "after"))
        least_position = _whole_number(request, "minPosition", default=0, least=0, most=2**63 - 1)
        if least_position:
            try:
                async with asyncio.timeout(MAX_WAIT):
                    await channels.wait_for(least_position)
            except TimeoutError:
                raise Unavailable(
                    f"the list has not reached position {least_position} yet"
                ) from None
        page = await channels.page(workspace_id, access.actor.user_id, limit=limit, after=after)
        cursor = _encode_cursor(page.next) if page.next is not None else None
        return _json(ChannelPageBody(page.channels, cursor, page.position))

    @routes.get("/workspaces/<workspace_id:str>/channels/<channel_id:str>", unquote=True)
    async def get_channel(request: Request, workspace_id: str, channel_id: str) -> HTTPResponse:
        access = await _authenticated(request, tokens)
        access.actor.role_in(workspace_id)
        at = await commands.channel(access.actor, workspace_id, _channel_id(channel_id))
        return _channel_response(at)

    @routes.get("/health/live")
    async def live(_: Request) -> HTTPResponse:
        return _json(Health("live"))

    @routes.get("/health/ready")
    async def ready(_: Request) -> HTTPResponse:
        if absent := missing():
            return _json(Health("not ready", absent), status=503)
        return _json(Health("ready"))

    return routes


def correlation_id(request: Request) -> str:
    """The id of the request: `X-Request-ID` where it can serve as one, else a new one."""
    given: str = request.headers.get("X-Request-ID", "")
    if 1 <= len(given) <= MAX_ID_LENGTH and given.isascii() and given.isprintable():
        return given
    return new_correlation_id()


async def _authenticated(request: Request, tokens: TokenVerifier) -> Access:
    """Whom the bearer token (RFC 6750) speaks for. Raises Unauthenticated."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("token_missing", "an access token is needed: Authorization: Bearer")
    return await tokens.verify(token.strip())


def _json_body(request: Request) -> bytes:
    kind, _, _ = request.headers.get("Content-Type", "").partition(";")
    if kind.strip().lower() != "application/json":
        raise UnsupportedMedia("the body must be application/json")
    return request.body


def _argument(request: Request, name: str) -> str | None:
    """A query argument, also an empty one, which is a value like any other."""
    text: str | None = request.get_args(keep_blank_values=True).get(name)
    return text


def _whole_number(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    text = _argument(request, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        raise Invalid(f"{name} must be a whole number from {least} to {most}")
    return int(text)


def _encode_cursor(place: int) -> str:
    return f"{place:016x}"


def _decode_cursor(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not re.fullmatch(CURSOR_PATTERN, cursor):
        raise Invalid("after must be a cursor that a list answered as 'next'")
    return int(cursor, 16)


def _channel_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("there is no such channel: its id is a UUID") from None


def _channel_response(at: ChannelAt, status: int = 200) -> HTTPResponse:
    response = _json(channel_model(at), status)
    response.headers["ETag"] = f'"{at.channel.version}"'
    return response


def _json(body: msgspec.Struct, status: int = 200) -> HTTPResponse:
    return HTTPResponse(msgspec.json.encode(body), status=status, content_type="application/json")
