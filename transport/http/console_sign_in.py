"""The route by which the link of a development service signs in: it takes a code, once, and answers
a token.

The page has the code from the fragment of its address, which a browser sends nobody, and sends it
in the body of a request.
"""

from collections.abc import Callable

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.errors import Unauthenticated
from transport.http.request import body_of
from transport.http.response import json_response
from transport.schemas.sign_in import SignedIn, SignInBody


def create_sign_in_route(exchange: Callable[[str], str | None]) -> Blueprint:
    """The route `/console/sign-in`; `exchange` answers the token for a code, or None."""
    routes = Blueprint("console-sign-in")

    @routes.post("/console/sign-in")
    async def sign_in(request: Request) -> HTTPResponse:
        # A body that must be JSON is no simple request (Fetch, 2.2.2): a page of another origin
        # sends none without a preflight.
        token = exchange(body_of(request, SignInBody).code)
        if token is None:
            raise Unauthenticated(
                "token_invalid", "the link is not good any more: it signs in once, for some hours"
            )
        response = json_response(SignedIn(token))
        response.headers["Cache-Control"] = "no-store"
        return response

    return routes
