"""The HTTP API as OpenAPI 3.1, made of the structs that also validate."""

import re
from importlib.metadata import version

import msgspec

from projections.feed.events import SentEvent
from transport.commands import COMMANDS
from transport.documents.command_operations import command_operation
from transport.documents.feed_operations import FEED_ANSWERS, feed_operations
from transport.documents.openapi_parts import PATH_PARAMETERS, Document, with_heads
from transport.documents.operator_operations import OPERATOR_ANSWERS, operator_operations
from transport.documents.query_operations import QUERY_ANSWERS, query_operations
from transport.documents.webhook_operations import (
    WEBHOOK_SHAPES,
    sent_events,
    webhook_operations,
)
from transport.refusals import Problem

TAGS = ("channels", "members", "access", "webhooks", "operator", "service")
"""In the order in which a reference lists them."""


def openapi(base_path: str = "") -> Document:
    """The document, as `/openapi.json` answers it; the paths in it are below the base path."""
    routes = [command.route for command in COMMANDS.values()]
    bodies = [route.body for route in routes if route.body is not None]
    kinds: set[type[msgspec.Struct]] = {
        Problem,
        *QUERY_ANSWERS,
        *FEED_ANSWERS,
        *OPERATOR_ANSWERS,
        *WEBHOOK_SHAPES,
        *(route.answer for route in routes),
        *bodies,
    }
    named = sorted(kinds, key=lambda kind: kind.__name__)
    (*_, sent), schemas = msgspec.json.schema_components(
        [*named, SentEvent], ref_template="#/components/schemas/{name}"
    )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Kanal",
            "version": version("kanal"),
            "description": "Commands and queries. What happens is told over Socket.IO:"
            f" see {base_path}/asyncapi.json. Every answer carries X-Request-ID: the request's own,"
            " where it sent one, and the events that it caused say it too.",
        },
        "servers": [{"url": base_path or "/"}],
        "security": [{"token": []}],
        "tags": [{"name": name} for name in TAGS],
        "paths": with_heads(_paths()),
        "webhooks": {"event": sent_events(sent)},
        "components": {
            "schemas": dict(schemas),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
            },
        },
    }


def _paths() -> Document:
    """All operations by their paths, each path with the parameters that it names."""
    operations = [(path, "get", query) for path, query in query_operations().items()]
    operations += [(path, "get", query) for path, query in feed_operations().items()]
    operations += [
        (command.route.path, command.route.method, command_operation(command.route))
        for command in COMMANDS.values()
    ]
    operations += operator_operations()
    operations += webhook_operations()
    paths: Document = {}
    for path, method, operation in operations:
        if path not in paths:
            parameters = [PATH_PARAMETERS[name] for name in re.findall(r"{(\w+)}", path)]
            paths[path] = {"parameters": parameters} if parameters else {}
        paths[path][method] = {"tags": [_tag(path)], **operation}
    return paths


def _tag(path: str) -> str:
    """Under what a reference lists the operations of a path."""
    first = path.split("/")[1]
    if first == "workspaces":
        return "members" if "/members" in path else "channels"
    tags = {"operator": "operator", "revocations": "access", "webhooks": "webhooks"}
    return tags.get(first, "service")
