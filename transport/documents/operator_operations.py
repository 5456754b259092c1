"""What operators ask and have done, as operations of the OpenAPI document."""

from collections.abc import Mapping

import msgspec

from domain.errors import Conflict, Invalid, NotFound
from projections.views.log_entries import LogPage
from transport.documents.openapi_parts import CURSOR, LIMIT, Document, answer, refusals
from transport.http.operator.log import ORDERS
from transport.http.request import MAX_NUMBER
from transport.operator.answers.channels import (
    ChannelAnswer,
    ChannelHistory,
    ChannelMembers,
    ChannelsAt,
)
from transport.operator.answers.concerned import EventAnswer
from transport.operator.answers.connections import ConnectionPage, LetGo
from transport.operator.answers.nodes import NodeList
from transport.operator.answers.projections import ProjectionAnswer, ProjectionList, Replay
from transport.operator.connection_pages import CURSOR_PATTERN

OPERATOR_ANSWERS: tuple[type[msgspec.Struct], ...] = (
    ChannelAnswer,
    ChannelHistory,
    ChannelMembers,
    ChannelsAt,
    ConnectionPage,
    EventAnswer,
    LetGo,
    LogPage,
    NodeList,
    ProjectionAnswer,
    ProjectionList,
    Replay,
)

TAG = "operator"

_CHANNEL = "/operator/channels/{channelId}"
_PROJECTION = "/operator/projections/{projection}"


def operator_operations() -> list[tuple[str, str, Document]]:
    """The path, the method in lower case, and the operation of each."""
    return [
        ("/operator/log", "get", _log()),
        ("/operator/log/{position}", "get", _event()),
        ("/operator/channels", "get", _channels()),
        (
            _CHANNEL,
            "get",
            _get("channelAt", "A channel, now and at any time", ChannelAnswer, _PLACE),
        ),
        (
            f"{_CHANNEL}/members",
            "get",
            _get(
                "membersAt",
                "Its members, now and at any time; of a public one they mean nothing",
                ChannelMembers,
                [*_PLACE, LIMIT, _text("after", "the `next` of the page before")],
            ),
        ),
        (
            f"{_CHANNEL}/history",
            "get",
            _get("wholeHistory", "All that happened to it", ChannelHistory, [LIMIT, CURSOR]),
        ),
        ("/operator/connections", "get", _connections()),
        (
            "/operator/connections/{connectionId}",
            "delete",
            _operation(
                "letConnectionGo",
                "End a connection; its client comes back",
                202,
                LetGo,
                NotFound.code,
            ),
        ),
        (
            "/operator/projections",
            "get",
            _operation(
                "listProjections", "The read models: versions, lag, state", 200, ProjectionList
            ),
        ),
        (
            _PROJECTION,
            "get",
            _operation(
                "getProjection",
                "One of them, and its latest replay",
                200,
                ProjectionAnswer,
                NotFound.code,
            ),
        ),
        (
            f"{_PROJECTION}/rebuild",
            "post",
            _replay("rebuildProjection", "Build it anew beside the live one"),
        ),
        (
            f"{_PROJECTION}/verify",
            "post",
            _replay("verifyProjection", "Compare it with the log"),
        ),
        (
            "/operator/nodes",
            "get",
            _operation("listNodes", "Who serves the log, and what they complain of", 200, NodeList),
        ),
    ]


def _log() -> Document:
    return _get(
        "readLog",
        "A page of the log, in its order",
        LogPage,
        [
            _number("after", "only what lies beyond this position", least=0),
            _number("before", "only what comes before this position", least=1),
            {
                **_text("take", "which events, where there are more than `limit`"),
                "schema": {"type": "string", "enum": list(ORDERS), "default": ORDERS[0]},
            },
            LIMIT,
            _text("workspace", "of this one alone"),
            {**_text("channel", "of this one alone"), "schema": _UUID},
            _text("actor", "of this user's doing alone"),
            _text("type", "of this topic alone, such as channel.created"),
        ],
    )


def _event() -> Document:
    summary = "An event: the channel before and after it, and whom it concerned"
    return _get(
        "readEvent",
        summary,
        EventAnswer,
        [
            _text("user", "this user alone, whether it concerned them or not"),
            LIMIT,
            _text("afterUser", "the `next` of the page before"),
        ],
    )


def _channels() -> Document:
    workspace = {**_text("workspace", "of which"), "required": True}
    workspace["schema"] = {"type": "string", "minLength": 1}
    operation = _operation(
        "channelsAt",
        "The channels of a workspace, now and at any time",
        200,
        ChannelsAt,
        Invalid.code,
    )
    return {**operation, "parameters": [workspace, *_PLACE, LIMIT, CURSOR]}


def _connections() -> Document:
    operation = _operation(
        "listConnections", "Who is connected, and where", 200, ConnectionPage, Invalid.code
    )
    after = _text("after", "the `next` of the page before")
    after["schema"] = {"type": "string", "pattern": CURSOR_PATTERN}
    parameters = [
        _text("node", "of this one alone"),
        _text("user", "of this one alone"),
        _text("workspace", "of this one alone"),
    ]
    return {**operation, "parameters": [*parameters, LIMIT, after]}


def _get(
    operation_id: str, summary: str, kind: type[msgspec.Struct], parameters: list[Document]
) -> Document:
    operation = _operation(operation_id, summary, 200, kind, NotFound.code, Invalid.code)
    return {**operation, "parameters": parameters}


def _replay(operation_id: str, summary: str) -> Document:
    return _operation(operation_id, summary, 202, Replay, NotFound.code, Conflict.code)


def _operation(
    operation_id: str, summary: str, status: int, kind: type[msgspec.Struct], *refused: str
) -> Document:
    description = (kind.__doc__ or "").partition("\n")[0]
    return {
        "operationId": f"operator-{operation_id}",
        "summary": summary,
        "tags": [TAG],
        "responses": {
            str(status): answer(
                _ANSWERED.get(status, description), kind.__name__, ["Cache-Control"]
            ),
            **refusals(*refused),
        },
    }


_ANSWERED: Mapping[int, str] = {200: "The answer", 202: "Begun"}
_UUID: Document = {"type": "string", "format": "uuid"}


def _text(name: str, description: str) -> Document:
    return {
        "name": name,
        "in": "query",
        "description": description,
        "schema": {"type": "string"},
    }


def _number(name: str, description: str, *, least: int) -> Document:
    schema = {"type": "integer", "minimum": least, "maximum": MAX_NUMBER}
    return {**_text(name, description), "schema": schema}


_PLACE = [
    {
        **_text(
            "at",
            "as of this position of the log, not beyond its head; or of the last one that was"
            " recorded until this time; missing: now",
        ),
        "schema": {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER},
                {"type": "string", "format": "date-time"},
            ]
        },
    }
]
