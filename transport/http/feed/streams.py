"""The route of the feed's streams, `GET /log/stream`, and the streams that are open on a node."""

import logging
from collections.abc import Callable

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.auth.tokens import Access
from transport.delivery.listeners import Listeners
from transport.http.callers import Callers
from transport.http.feed.connection import StreamConnection
from transport.http.feed.counting import StreamEnding
from transport.http.feed.pages import workspace_of
from transport.http.feed.place import last_place_of
from transport.http.feed.stream import PAGE, PAGE_BYTES, FeedStream, StreamParts
from transport.http.request import argument
from transport.limits.limits import Limits

logger = logging.getLogger(__name__)

CONTENT_TYPE = "text/event-stream"
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""The second one keeps nginx from buffering the stream."""


class FeedStreams:
    """Opens streams, and ends them all when the node stops."""

    def __init__(
        self,
        parts: StreamParts,
        callers: Callers,
        limits: Limits,
        listeners: Listeners,
        sockets: Callable[[], int],
    ) -> None:
        """`sockets` answers how many sockets the node has."""
        self._parts = parts
        self._callers = callers
        self._limits = limits
        self._listeners = listeners
        self._sockets = sockets
        self._is_closing = False

    def close(self) -> None:
        """End all streams, once they are woken, and let none begin."""
        self._is_closing = True
        self._parts.level.let_all_go()

    def routes(self) -> Blueprint:
        """The route `/log/stream`."""
        routes = Blueprint("feed-streams")

        @routes.get("/log/stream")
        async def stream_log(request: Request) -> HTTPResponse | None:
            await self._callers.cause(request)
            user_id = request.ctx.access.actor.user_id
            with self._limits.stream(
                user_id, sockets=self._sockets(), of_user=self._listeners.connections_of(user_id)
            ):
                return await self._stream(request, request.ctx.access)

        return routes

    async def _stream(self, request: Request, access: Access) -> HTTPResponse | None:
        """Read its first page, so that what is refused is refused as a request; then begin."""
        parts, place = self._parts, last_place_of(request)
        stream = FeedStream(
            parts,
            access,
            workspace_of(request),
            argument(request, "type"),
            place,
            lambda: self._is_closing,
        )
        log_id = await parts.places.check(place)
        async with parts.turns.of(stream.reader.user_id):
            page = await parts.feed.page(
                stream.reader, after=place.position, limit=PAGE, most_bytes=PAGE_BYTES
            )
        parts.places.check_head(place, page.head)
        if request.method == "HEAD":
            # Sanic fails to end the stream of a response without a body.
            return HTTPResponse(content_type=CONTENT_TYPE, headers=HEADERS)
        request.stream.keep_alive = False  # type: ignore[union-attr]
        response = await request.respond(content_type=CONTENT_TYPE, headers=HEADERS)
        connection = StreamConnection(request, response)
        ending = StreamEnding.CLOSED
        try:
            ending = await stream.run(connection, page, log_id)
        finally:
            if connection.is_stalled:
                ending = StreamEnding.TOO_SLOW
                logger.info("a stream of %r is let go: it reads nothing", access.actor.user_id)
            parts.counting.ended(ending)
        await response.eof()
        return None
