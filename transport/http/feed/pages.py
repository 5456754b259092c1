"""The route of the feed's pages, `GET /log`."""

import msgspec
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from domain.identifiers import checked_id
from projections.feed.feed import Feed
from projections.feed.reader import reader_for
from transport.http.callers import Callers
from transport.http.feed.compression import compressed
from transport.http.feed.counting import FeedCounting
from transport.http.feed.place import LogPlaces, place_of
from transport.http.request import argument, whole_number
from transport.limits.turns import Turns

MAX_EVENTS = 1_000
"""Events of a page."""

DEFAULT_EVENTS = 100
"""Events of a page where the request names no limit."""


class _EncodedPage(msgspec.Struct, frozen=True):
    """A FeedPage, whose events are encoded already."""

    log: str
    events: list[msgspec.Raw]
    position: int


def create_feed_routes(
    callers: Callers, feed: Feed, places: LogPlaces, turns: Turns, counting: FeedCounting
) -> Blueprint:
    """The route `/log`."""
    routes = Blueprint("feed")

    @routes.get("/log")
    async def read_log(request: Request) -> HTTPResponse:
        cause = await callers.cause(request)
        reader = reader_for(cause.actor, workspace_of(request), argument(request, "type"))
        limit = whole_number(request, "limit", default=DEFAULT_EVENTS, least=1, most=MAX_EVENTS)
        place = place_of(request)
        log_id = await places.check(place)
        async with turns.of(reader.user_id):
            page = await feed.page(reader, after=place.position, limit=limit)
        places.check_still(log_id)
        places.check_head(place, page.head)
        body = _EncodedPage(log_id, [msgspec.Raw(each.json) for each in page.events], page.position)
        response = HTTPResponse(
            msgspec.json.encode(body),
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )
        response = await compressed(request, response)
        size = len(response.body or b"")
        counting.page(reads_all=reader.reads_all, events=len(page.events), size=size)
        return response

    return routes


def workspace_of(request: Request) -> str | None:
    """The workspace that a request asks for. Raises Invalid."""
    workspace_id = argument(request, "workspace")
    return None if workspace_id is None else checked_id("workspace", workspace_id)
