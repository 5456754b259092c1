"""The routes of the log, for operators: pages of it, and one event with whom it concerned."""

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from domain.errors import Invalid, NotFound
from persistence.log.log_search import Wanted
from projections.views.log_entries import LogEntries
from transport.delivery.live_delivery import Delivery
from transport.http.callers import Callers
from transport.http.operator.guarded import guarded
from transport.http.request import MAX_NUMBER, argument, page_size, whole_number
from transport.http.response import json_response
from transport.limits.turns import Turns
from transport.operator.audiences import Asked
from transport.operator.event_answers import EventAnswers
from transport.schemas.fields import parse_channel_id

ORDERS = ("latest", "oldest")


def create_log_routes(
    callers: Callers,
    entries: LogEntries,
    events: EventAnswers,
    delivery: Delivery,
    turns: Turns,
) -> Blueprint:
    """Routes under `/operator/log`."""
    routes = guarded("log", callers)

    @routes.get("/log")
    async def read_log(request: Request) -> HTTPResponse:
        limit, take = page_size(request), argument(request, "take") or ORDERS[0]
        if take not in ORDERS:
            raise Invalid(f"take must be one of {', '.join(ORDERS)}")
        after, before = _position(request, "after", 0), _position(request, "before", 1)
        channel = argument(request, "channel")
        wanted = Wanted(
            workspace_id=argument(request, "workspace"),
            stream_id=None if channel is None else parse_channel_id(channel),
            topic=argument(request, "type"),
            actor_id=argument(request, "actor"),
        )
        async with turns.of(request.ctx.cause.actor.user_id):
            page = await entries.page(
                wanted,
                after=after,
                before=before,
                limit=limit,
                is_oldest_first=take == "oldest",
                log_id=delivery.lineage.log_id,
            )
        return json_response(page)

    @routes.get("/log/<position:str>")
    async def read_event(request: Request, position: str) -> HTTPResponse:
        asked = Asked(
            user_id=argument(request, "user"),
            limit=page_size(request),
            after_user=argument(request, "afterUser") or "",
        )
        if not (position.isascii() and position.isdigit() and 0 < int(position) < MAX_NUMBER):
            raise NotFound("there is no such position: they are 1, 2, 3, …")
        async with turns.of(request.ctx.cause.actor.user_id):
            return json_response(await events.answer(int(position), asked))

    return routes


def _position(request: Request, name: str, least: int) -> int | None:
    if argument(request, name) is None:
        return None
    return whole_number(request, name, default=least, least=least, most=MAX_NUMBER)
