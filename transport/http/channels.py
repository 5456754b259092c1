"""The HTTP routes of channels: a request in, a command or a query, and its answer out."""

import asyncio

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from domain.commands import ChannelCommands
from domain.errors import Invalid, Unavailable
from domain.queries import ChannelQueries, ChannelRef
from projections.channel_list.reader import ChannelList
from projections.representations import gone_model
from projections.views.past_channels import PastChannels
from transport.http.base_path import public_path
from transport.http.callers import Callers
from transport.http.request import (
    MAX_NUMBER,
    accepted_versions,
    argument,
    body_of,
    decode_cursor,
    encode_cursor,
    page_size,
    whole_number,
)
from transport.http.response import channel_response, json_response
from transport.limits.turns import Turns
from transport.schemas.answers import ChannelPageBody
from transport.schemas.commands import CreateChannelBody, UpdateChannelBody
from transport.schemas.fields import parse_channel_id

MAX_WAIT = 4.0
"""Seconds that `minPosition` may wait for the list."""


def create_channel_routes(
    callers: Callers,
    commands: ChannelCommands,
    queries: ChannelQueries,
    channels: ChannelList,
    past: PastChannels,
    looks_back: Turns,
) -> Blueprint:
    """Routes under `/workspaces/{workspaceId}/channels`."""
    routes = Blueprint("channels")
    all_channels = "/workspaces/<workspace_id:str>/channels"
    one_channel = f"{all_channels}/<channel_id:str>"

    @routes.post(all_channels, unquote=True, ctx_command="create-channel")
    async def create_channel(request: Request, workspace_id: str) -> HTTPResponse:
        cause = await callers.cause(request, workspace_id)
        body = body_of(request, CreateChannelBody)
        creation = await commands.create_channel(
            cause, workspace_id, body, request.headers.get("Idempotency-Key")
        )
        response = channel_response(creation.at, status=201 if creation.is_new else 200)
        parent = public_path(request).rstrip("/")
        response.headers["Location"] = f"{parent}/{creation.at.channel.id}"
        return response

    @routes.get(all_channels, unquote=True)
    async def list_channels(request: Request, workspace_id: str) -> HTTPResponse:
        cause = await callers.cause(request, workspace_id)
        limit, after = page_size(request), decode_cursor(request)
        least_position = whole_number(request, "minPosition", default=0, least=0, most=MAX_NUMBER)
        is_past = argument(request, "at") is not None
        if is_past and least_position:
            raise Invalid("minPosition waits for what is to come, and at looks back: send one")
        user_id = cause.actor.user_id
        if is_past:
            at = whole_number(request, "at", default=0, least=0, most=MAX_NUMBER)
            async with looks_back.of(user_id):
                page = await past.page(workspace_id, user_id, at=at, limit=limit, after=after)
        else:
            try:
                async with asyncio.timeout(MAX_WAIT):
                    page = await channels.page(
                        workspace_id, user_id, limit=limit, after=after, least=least_position
                    )
            except TimeoutError:
                raise Unavailable(
                    f"the list has not reached position {least_position} yet"
                ) from None
        cursor = encode_cursor(page.next) if page.next is not None else None
        response = json_response(ChannelPageBody(page.channels, cursor, page.position))
        response.headers["X-Log-ID"] = page.log_id
        return response

    @routes.get(one_channel, unquote=True)
    async def get_channel(request: Request, workspace_id: str, channel_id: str) -> HTTPResponse:
        cause = await callers.cause(request, workspace_id)
        ref = ChannelRef(workspace_id, parse_channel_id(channel_id))
        return channel_response(await queries.channel(cause.actor, ref))

    @routes.patch(one_channel, unquote=True, ctx_command="update-channel")
    async def update_channel(request: Request, workspace_id: str, channel_id: str) -> HTTPResponse:
        cause = await callers.cause(request, workspace_id)
        ref = ChannelRef(workspace_id, parse_channel_id(channel_id), accepted_versions(request))
        patch = body_of(request, UpdateChannelBody)
        return channel_response(await commands.update_channel(cause, ref, patch))

    @routes.delete(one_channel, unquote=True, ctx_command="delete-channel")
    async def delete_channel(request: Request, workspace_id: str, channel_id: str) -> HTTPResponse:
        cause = await callers.cause(request, workspace_id)
        ref = ChannelRef(workspace_id, parse_channel_id(channel_id), accepted_versions(request))
        return json_response(gone_model(await commands.delete_channel(cause, ref)))

    return routes
