"""The route of nodes, for operators."""

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.http.callers import Callers
from transport.http.operator.guarded import guarded
from transport.http.response import json_response
from transport.limits.turns import Turns
from transport.operator.node_answers import NodeAnswers


def create_node_routes(callers: Callers, nodes: NodeAnswers, turns: Turns) -> Blueprint:
    """The route `/operator/nodes`."""
    routes = guarded("nodes", callers)

    @routes.get("/nodes")
    async def list_nodes(request: Request) -> HTTPResponse:
        async with turns.of(request.ctx.cause.actor.user_id):
            return json_response(await nodes.all())

    return routes
