"""The HTTP routes of one channel's members and history."""

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from domain.commands import ChannelCommands
from domain.queries import ChannelQueries, ChannelRef
from domain.visibility import visible_members
from projections.representations import former_member_model, member_model
from projections.views.channel_history import history_entry
from projections.views.member_page import member_page
from transport.http.callers import Callers
from transport.http.request import (
    accepted_versions,
    argument,
    body_of,
    check_path,
    decode_cursor,
    encode_cursor,
    page_size,
)
from transport.http.response import json_response
from transport.limits.turns import Turns
from transport.schemas.answers import HistoryPageBody, MemberPageBody
from transport.schemas.commands import MemberBody
from transport.schemas.fields import parse_channel_id


def create_member_routes(
    callers: Callers, commands: ChannelCommands, queries: ChannelQueries, looks_back: Turns
) -> Blueprint:
    """Routes under `/workspaces/{workspaceId}/channels/{channelId}`."""
    routes = Blueprint("members")
    channel = "/workspaces/<workspace_id:str>/channels/<channel_id:str>"
    one_member = f"{channel}/members/<user_id:str>"

    @routes.get(f"{channel}/members", unquote=True)
    async def list_members(request: Request, workspace_id: str, channel_id: str) -> HTTPResponse:
        cause = await callers.cause(request, workspace_id)
        limit, after = page_size(request), argument(request, "after")
        ref = ChannelRef(workspace_id, parse_channel_id(channel_id))
        at = await queries.channel(cause.actor, ref)
        page = member_page(visible_members(at.channel), limit=limit, after=after or "")
        return json_response(MemberPageBody(page.members, page.next, at.position))

    @routes.put(one_member, unquote=True, ctx_command="add-channel-member")
    async def add_member(
        request: Request, workspace_id: str, channel_id: str, user_id: str
    ) -> HTTPResponse:
        cause = await callers.cause(request, workspace_id)
        ref = ChannelRef(workspace_id, parse_channel_id(channel_id), accepted_versions(request))
        check_path(request)
        body = body_of(request, MemberBody) if request.body else MemberBody()
        at = await commands.add_member(cause, ref, user_id, body.role)
        return json_response(member_model(at, user_id))

    @routes.delete(one_member, unquote=True, ctx_command="remove-channel-member")
    async def remove_member(
        request: Request, workspace_id: str, channel_id: str, user_id: str
    ) -> HTTPResponse:
        cause = await callers.cause(request, workspace_id)
        ref = ChannelRef(workspace_id, parse_channel_id(channel_id), accepted_versions(request))
        check_path(request)
        at = await commands.remove_member(cause, ref, user_id)
        return json_response(former_member_model(at, user_id))

    @routes.get(f"{channel}/history", unquote=True)
    async def history(request: Request, workspace_id: str, channel_id: str) -> HTTPResponse:
        cause = await callers.cause(request, workspace_id)
        limit, after = page_size(request), decode_cursor(request)
        ref = ChannelRef(workspace_id, parse_channel_id(channel_id))
        async with looks_back.of(cause.actor.user_id):
            history = await queries.history(cause.actor, ref, after=after, limit=limit)
        cursor = encode_cursor(history.next) if history.next is not None else None
        return json_response(
            HistoryPageBody([history_entry(each) for each in history.changes], cursor)
        )

    return routes
