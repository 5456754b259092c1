"""The queries as operations of the OpenAPI document, with the front page and the health routes: all
that is asked for with GET and changes nothing."""

import msgspec

from domain.errors import Invalid, NotFound
from projections.representations import ChannelModel
from transport.commands import CHANNEL, CHANNELS
from transport.documents.front_page import FrontPage
from transport.documents.openapi_parts import (
    CURSOR,
    LIMIT,
    Document,
    answer,
    json_content,
    number,
    refusals,
)
from transport.http.channels import MAX_WAIT
from transport.http.request import MAX_NUMBER
from transport.schemas.answers import ChannelPageBody, Health, HistoryPageBody, MemberPageBody

QUERY_ANSWERS: tuple[type[msgspec.Struct], ...] = (
    ChannelModel,
    ChannelPageBody,
    FrontPage,
    Health,
    HistoryPageBody,
    MemberPageBody,
)


def query_operations() -> dict[str, Document]:
    """The operation of each path."""
    return {
        "/": _front_page(),
        CHANNELS: _list_channels(),
        CHANNEL: {
            "operationId": "getChannel",
            "summary": "A channel, consistent with the log at once",
            "responses": {
                "200": answer("The channel", "ChannelModel", ["ETag"]),
                **refusals(NotFound.code),
            },
        },
        f"{CHANNEL}/members": _list_members(),
        f"{CHANNEL}/history": {
            "operationId": "channelHistory",
            "summary": "What happened to a channel: when, who, and what changed",
            "parameters": [LIMIT, CURSOR],
            "responses": {
                "200": answer("A page", "HistoryPageBody"),
                **refusals(NotFound.code, Invalid.code),
            },
        },
        "/health/live": _health("live", "The process answers"),
        "/health/ready": _health("ready", "The service can serve"),
    }


def _list_channels() -> Document:
    position = {"minimum": 0, "maximum": MAX_NUMBER}
    return {
        "operationId": "listChannels",
        "summary": "The channels that the caller may see, oldest first",
        "parameters": [
            LIMIT,
            CURSOR,
            {
                **number("minPosition", position, 0),
                "description": "wait until the list reflects the log up to here,"
                f" at most {MAX_WAIT:g} seconds",
            },
            {
                "name": "at",
                "in": "query",
                "description": "the list as it was at this position of the log, with the"
                " channels that the caller could see then; not beyond the head, nor with"
                " minPosition",
                "schema": {"type": "integer", **position},
            },
        ],
        "responses": {
            "200": answer("A page", "ChannelPageBody", ["X-Log-ID"]),
            **refusals(Invalid.code),
        },
    }


def _list_members() -> Document:
    return {
        "operationId": "listMembers",
        "summary": "The members of a private channel, in the order of their ids",
        "parameters": [
            LIMIT,
            {
                "name": "after",
                "in": "query",
                "description": "the `next` of the page before",
                "schema": {"type": "string"},
            },
        ],
        "responses": {
            "200": answer("A page", "MemberPageBody"),
            **refusals(NotFound.code, Invalid.code),
        },
    }


def _front_page() -> Document:
    return {
        "operationId": "frontPage",
        "summary": "What this is, and where to go on; as a page for a browser",
        "security": [],
        "responses": {
            "200": {
                **answer("What this is", "FrontPage", ["Vary"]),
                "content": {
                    **json_content("FrontPage"),
                    "text/html": {"schema": {"type": "string"}},
                },
            }
        },
    }


def _health(name: str, description: str) -> Document:
    responses: Document = {"200": {"description": description, "content": json_content("Health")}}
    if name == "ready":
        responses["503"] = {
            "description": "It names what is missing",
            "content": json_content("Health"),
        }
    return {"operationId": f"health-{name}", "security": [], "responses": responses}
