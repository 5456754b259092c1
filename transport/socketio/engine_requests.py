"""The requests of Engine.IO: each is served here, or by the node that has its session.

It overrides methods of python-engineio's server that are not public there, pinned by tests like
those of `engine.py`. What differs:

- a payload that cannot be parsed is answered 400, where python-engineio answers 200 or 500;
- a second polling request while one is open ends the connection: the two would share out what is
  queued, in any order; so does one that is repeated, whose answer was lost with what it held;
- a session may be another node's: its requests are passed on, and its upgrade takes it over.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import engineio
from sanic.request import Request
from sanic.response import HTTPResponse

from domain.errors import Unavailable
from transport.auth.origins import Origins
from transport.auth.own_origins import is_over_tls, is_own
from transport.errors import Malformed
from transport.limits.limits import Limits
from transport.limits.pacing import Pacing
from transport.socketio.elsewhere import Elsewhere, NodeGone, PassedOn
from transport.socketio.environ import environ_of
from transport.socketio.handshake import accept_websocket
from transport.socketio.packets import parse_payload
from transport.socketio.takeover import TakeIn, TakeOver, TakeOverFailed

logger = logging.getLogger(__name__)

OPENED_PER_TURN = 1
"""Connections that are opened in one turn of the event loop."""

ASKED_PER_TURN = 10
"""Requests of open sessions that are served in one turn. A stock client has three, by default, for
the one that opened its session, so these are no more in the end; but they come in crowds."""

NO_SESSION = "there is no such session, or it has ended"
"""What a client is told that is to connect anew."""


class EngineRequests(engineio.AsyncServer):  # type: ignore[misc]
    """The half of the Engine.IO server that serves requests."""

    take_in: TakeIn
    """Makes a connection of one that another node has handed over."""
    send_buffer: int

    def __init__(
        self, *, origins: Origins, limits: Limits, elsewhere: Elsewhere, **options: Any
    ) -> None:
        super().__init__(http_compression=False, **options)  # `_make_response` does that
        self._origins = origins
        self._limits = limits
        self._elsewhere = elsewhere
        self._async = {
            **self._async,  # type: ignore[has-type]
            "translate_request": self._translate_request,
        }
        self._polled: set[str] = set()
        self._arriving: set[TakeOver] = set()
        self._opening = Pacing(OPENED_PER_TURN)
        self._asking = Pacing(ASKED_PER_TURN)
        self._is_stopping = False

    def stop_accepting(self) -> None:
        """Open no more connections; those that are open go on."""
        self._is_stopping = True

    async def handle_request(self, request: Request) -> Any:
        """Serve one HTTP request, which may become a WebSocket.

        Raises Malformed, ForeignOrigin, RateLimited, Unavailable.
        """
        sid = request.args.get("sid")
        if request.method == "OPTIONS":  # says nothing of a session
            return await super().handle_request(request)
        address = self._limits.address(request)
        if sid is None:
            if request.method == "GET":
                self._require_room()
                self._limits.handshake(address)
            await self._opening.wait_for_turn(address)
            self._require_room()  # others were opened meanwhile
        else:
            await self._asking.wait_for_turn(address)
        is_elsewhere = sid is not None and not (sid in self.sockets or self._elsewhere.owns(sid))
        if request.method == "GET" and request.args.get("transport") == "websocket":
            connection = ",".join(request.headers.getall("Connection", [])).lower()
            if "upgrade" not in [option.strip() for option in connection.split(",")]:
                raise Malformed("a WebSocket needs the header Connection: Upgrade")
            if is_elsewhere:
                return await self._take_over(request, sid)
            if sid is not None:
                self._require_session(sid)
            return await super().handle_request(request)
        if is_elsewhere:
            return await self._pass_on(request, sid)
        return await self._serve(request, sid)

    # Tells Sanic that there may be no response, since the request may become a WebSocket.
    handle_request.is_websocket = True  # type: ignore[attr-defined]

    async def _serve(self, request: Request | PassedOn, sid: str | None) -> Any:
        """Serve a request that is for no WebSocket. Raises Malformed."""
        if sid is not None:
            self._require_session(sid)
        if request.method == "POST":
            await self._check_post(request, sid)
        elif sid is not None:
            return await self._poll(request, sid)
        if sid is None:
            return await super().handle_request(request)
        with self.sockets[sid].serving():
            return await super().handle_request(request)

    def _require_room(self) -> None:
        """Raises Unavailable where no connection may be opened here."""
        self._limits.connection(self._connections)
        if self._is_stopping:
            raise Unavailable("the service is stopping")

    @property
    def _connections(self) -> int:
        return len(self.sockets) + len(self._arriving)

    def _require_session(self, sid: str) -> None:
        socket = self.sockets.get(sid)
        if socket is None or socket.closed:
            raise Malformed(NO_SESSION)

    async def _pass_on(self, request: Request, sid: str) -> HTTPResponse:
        """Let the node that has the session serve the request. Raises Malformed, ForeignOrigin,
        Unavailable.

        It is never asked twice: nobody knows what was served of a request that was not answered.
        """
        environ = self._translate_request(request)
        try:
            answer = await self._elsewhere.ask(
                request.method, sid, environ["QUERY_STRING"], request.body
            )
        except NodeGone:
            raise Malformed(NO_SESSION) from None
        headers = dict(self._cors_headers(environ))
        return HTTPResponse(answer.body, answer.status, headers, answer.content_type)

    async def serve_passed_on(self, sid: str, request: PassedOn) -> HTTPResponse:
        """Serve a request for a session of this node that came to another one. Raises Malformed."""
        response: HTTPResponse = await self._serve(request, sid)
        return response

    async def _take_over(self, request: Request, sid: str) -> None:
        """Make a WebSocket of the request, which has no response then; the session is taken over
        once its client switches to it.

        Raises Malformed, ForeignOrigin, SanicException, Unavailable.
        """
        self._translate_request(request)
        self._require_room()
        takeover = TakeOver(sid, self._elsewhere, self.take_in, self._arriving)
        try:
            await takeover.begin()
        except TakeOverFailed:
            raise Malformed(NO_SESSION) from None
        try:
            takeover.websocket = accept_websocket(request, takeover, self.send_buffer)
        except BaseException:
            takeover.give_up()
            raise

    async def _check_post(self, request: Request | PassedOn, sid: str | None) -> None:
        """Refuse a payload that cannot be parsed, and end its connection."""
        try:
            parse_payload(request.body)
        except ValueError:
            if sid is not None:
                await self.disconnect(sid)
            raise Malformed("the payload is not engine.io's") from None

    async def _poll(self, request: Request | PassedOn, sid: str) -> Any:
        if sid in self._polled:
            await self.disconnect(sid)
            raise Malformed("this session has a polling request open already")
        query = request.query if isinstance(request, PassedOn) else request.query_string
        (mark,) = parse_qs(query).get("t", [""])[:1]
        if self.sockets[sid].is_repeated(mark):
            await self.disconnect(sid)
            raise Malformed("the answer to this polling request was sent, and is lost")
        with self._polling(sid, mark):
            return await super().handle_request(request)

    @contextmanager
    def _polling(self, sid: str, mark: str) -> Iterator[None]:
        """A polling request of a session stands open."""
        self.sockets[sid].latest_mark = mark
        self._polled.add(sid)
        try:
            yield
        finally:
            self._polled.discard(sid)

    def _translate_request(self, request: Request | PassedOn) -> dict[str, Any]:
        """The request as python-engineio takes it. Raises Malformed, ForeignOrigin."""
        if isinstance(request, PassedOn):
            return request.environ
        environ = environ_of(request)
        self._require_source(request, environ.get("HTTP_ORIGIN"), environ.get("HTTP_HOST"))
        return environ

    def _require_source(self, request: Request, origin: str | None, host: str | None) -> None:
        """Raises Malformed for a host that makes no URL, and ForeignOrigin for a page that is not
        to send any request."""
        if not _makes_url(host or ""):
            raise Malformed("the Host header is not as it must be")
        if origin and not self._is_own(request, origin):
            self._origins.require(origin, host)

    def _has_source(self, request: Request, origin: str | None, host: str) -> bool:
        """Whether `_require_source` lets it pass; without its line in the log, which comes once."""
        return _makes_url(host) and (
            not origin or self._is_own(request, origin) or self._origins.allow(origin)
        )

    def _is_own(self, request: Request, origin: str) -> bool:
        is_trusted, over_tls = self._limits.trusts_peer(request), is_over_tls(request)
        return is_own(origin, request.headers, from_trusted_proxy=is_trusted, over_tls=over_tls)

    async def _make_response(self, response_dict: dict[str, Any], environ: dict[str, Any]) -> Any:
        self._compress(response_dict, environ.get("HTTP_ACCEPT_ENCODING", ""))
        return await super()._make_response(response_dict, environ)

    def _compress(self, response: dict[str, Any], accepted: str) -> None:
        """Compress what is long, in the first way that the client accepts and we know."""
        if len(response["response"]) < self.compression_threshold:
            return
        for accepted_one in accepted.split(","):
            encoding = accepted_one.split(";")[0].strip()
            if encoding in self.compression_methods:
                response["response"] = getattr(self, f"_{encoding}")(response["response"])
                response["headers"] += [("Content-Encoding", encoding)]
                return

    def _cors_allowed_origins(self, environ: dict[str, Any]) -> list[str]:
        """The request's own, since pages of others are refused before python-engineio sees it."""
        origin = environ.get("HTTP_ORIGIN")
        return [origin] if origin else []

    def _log_error_once(self, message: str, message_key: str) -> None:
        logger.info("refused a request: %s", message_key)  # what a client does wrong is no error


def _makes_url(host: str) -> bool:
    try:
        urlsplit(f"//{host}")  # it remembers those that it has split
    except ValueError:
        return False
    return True
