"""The routes of channels, for operators: of any workspace, now and at any position or time."""

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from domain.channel import channel_not_found
from domain.errors import Invalid
from persistence.log.stored_events import StoredEvents
from projections.views.channel_history import history_entry
from projections.views.channel_past import ChannelPast
from projections.views.member_page import member_page
from projections.views.past_channels import PastChannels
from transport.http.callers import Callers
from transport.http.operator.guarded import guarded
from transport.http.operator.places import place_of
from transport.http.request import argument, decode_cursor, encode_cursor, page_size
from transport.http.response import json_response
from transport.limits.turns import Turns
from transport.operator.answers.channels import (
    ChannelAnswer,
    ChannelHistory,
    ChannelMembers,
    ChannelsAt,
)
from transport.operator.event_answers import channel_state
from transport.schemas.fields import parse_channel_id


def create_channel_routes(
    callers: Callers,
    past_channels: PastChannels,
    past: ChannelPast,
    stored: StoredEvents,
    turns: Turns,
) -> Blueprint:
    """Routes under `/operator/channels`."""
    routes = guarded("channels", callers)
    one_channel = "/channels/<channel_id:str>"

    @routes.get("/channels")
    async def list_channels(request: Request) -> HTTPResponse:
        workspace_id = argument(request, "workspace")
        if not workspace_id:
            raise Invalid("workspace must be the id of one")
        limit, after = page_size(request), decode_cursor(request)
        async with turns.of(request.ctx.cause.actor.user_id):
            at, head = await place_of(request, past_channels, stored)
            page = await past_channels.page(workspace_id, None, at=at, limit=limit, after=after)
        cursor = encode_cursor(page.next) if page.next is not None else None
        return json_response(ChannelsAt(page.channels, cursor, at, head))

    @routes.get(one_channel)
    async def get_channel(request: Request, channel_id: str) -> HTTPResponse:
        stream_id = parse_channel_id(channel_id)
        async with turns.of(request.ctx.cause.actor.user_id):
            position, head = await place_of(request, past_channels, stored)
            at = await past.at(stream_id, position)
            if at is None and await past.at(stream_id, head) is None:
                raise channel_not_found(stream_id)
        return json_response(
            ChannelAnswer(None if at is None else channel_state(at), position, head)
        )

    @routes.get(f"{one_channel}/members")
    async def list_members(request: Request, channel_id: str) -> HTTPResponse:
        stream_id = parse_channel_id(channel_id)
        limit, after = page_size(request), argument(request, "after") or ""
        async with turns.of(request.ctx.cause.actor.user_id):
            position, _ = await place_of(request, past_channels, stored)
            at = await past.at(stream_id, position)
        if at is None:
            raise channel_not_found(stream_id)
        page = member_page(at.channel.members, limit=limit, after=after)
        return json_response(ChannelMembers(page.members, page.next, position))

    @routes.get(f"{one_channel}/history")
    async def read_history(request: Request, channel_id: str) -> HTTPResponse:
        stream_id = parse_channel_id(channel_id)
        limit, after = page_size(request), decode_cursor(request)
        async with turns.of(request.ctx.cause.actor.user_id):
            changes = await past.changes(stream_id, after=after, limit=limit + 1)
        if not changes and not after:
            raise channel_not_found(stream_id)
        entries = [history_entry(each) for each in changes[:limit]]
        cursor = encode_cursor(entries[-1].version) if len(changes) > limit else None
        return json_response(ChannelHistory(entries, cursor))

    return routes
