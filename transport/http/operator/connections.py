"""The routes of connections, for operators: who is connected, on all nodes, and letting one go."""

import re

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from domain.errors import Invalid, NotFound
from transport.http.callers import Callers
from transport.http.operator.guarded import guarded
from transport.http.request import argument, page_size
from transport.http.response import json_response
from transport.limits.turns import Turns
from transport.operator.connection_pages import CURSOR_PATTERN, ConnectionPages
from transport.operator.questions import WhoIsConnected


def create_connection_routes(callers: Callers, pages: ConnectionPages, turns: Turns) -> Blueprint:
    """Routes under `/operator/connections`."""
    routes = guarded("connections", callers)

    @routes.get("/connections")
    async def list_connections(request: Request) -> HTTPResponse:
        asked = WhoIsConnected(
            page_size(request),
            user_id=argument(request, "user"),
            workspace_id=argument(request, "workspace"),
        )
        after = argument(request, "after")
        if after is not None and not re.fullmatch(CURSOR_PATTERN, after):
            raise Invalid("after must be what a page answered as 'next'")
        async with turns.of(request.ctx.cause.actor.user_id):
            page = await pages.page(asked, node_id=argument(request, "node"), after=after)
        return json_response(page)

    @routes.delete("/connections/<connection_id:str>", unquote=True)
    async def let_go(_: Request, connection_id: str) -> HTTPResponse:
        answer = await pages.let_go(connection_id)
        if answer is None:
            raise NotFound("no node that answers has such a connection")
        return json_response(answer, status=202)

    return routes
