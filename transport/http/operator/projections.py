"""The routes of read models, for operators: how they are, and their replays, which go on beside
the live ones on the node that was asked."""

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from projections.replays import ReplayKind
from transport.http.callers import Callers
from transport.http.operator.guarded import guarded
from transport.http.response import json_response
from transport.limits.turns import Turns
from transport.operator.model_answers import ModelAnswers


def create_projection_routes(callers: Callers, models: ModelAnswers, turns: Turns) -> Blueprint:
    """Routes under `/operator/projections`."""
    routes = guarded("projections", callers)

    @routes.get("/projections")
    async def list_projections(request: Request) -> HTTPResponse:
        async with turns.of(request.ctx.cause.actor.user_id):
            return json_response(await models.all())

    @routes.get("/projections/<name:str>")
    async def get_projection(request: Request, name: str) -> HTTPResponse:
        async with turns.of(request.ctx.cause.actor.user_id):
            return json_response(await models.one(name))

    @routes.post("/projections/<name:str>/rebuild")
    async def rebuild(_: Request, name: str) -> HTTPResponse:
        return json_response(await models.begin(name, ReplayKind.REBUILD), status=202)

    @routes.post("/projections/<name:str>/verify")
    async def verify(_: Request, name: str) -> HTTPResponse:
        return json_response(await models.begin(name, ReplayKind.VERIFY), status=202)

    return routes
