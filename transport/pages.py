"""The documents' routes: `/openapi.json`, `/asyncapi.json`, and `/docs`, a page made of both."""

from html import escape
from typing import Any

import msgspec
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.asyncapi import asyncapi
from transport.openapi import openapi
from transport.openapi_parts import Document


def create_document_routes() -> Blueprint:
    """Routes that need no token: they describe, and hold no data."""
    routes = Blueprint("documents")
    http_api, socket_api = openapi(), asyncapi()
    page = _page(http_api, socket_api)

    @routes.get("/openapi.json")
    async def openapi_document(_: Request) -> HTTPResponse:
        return HTTPResponse(msgspec.json.encode(http_api), content_type="application/json")

    @routes.get("/asyncapi.json")
    async def asyncapi_document(_: Request) -> HTTPResponse:
        return HTTPResponse(msgspec.json.encode(socket_api), content_type="application/json")

    @routes.get("/docs")
    async def docs(_: Request) -> HTTPResponse:
        return HTTPResponse(page, content_type="text/html; charset=utf-8")

    return routes


def _page(http_api: Document, socket_api: Document) -> str:
    routes = "".join(
        f"<tr><td><code>{method.upper()} {escape(path)}</code></td>"
        f"<td>{escape(operation.get('summary', ''))}</td>"
        f"<td>{_responses(operation)}</td></tr>"
        for path, operations in http_api["paths"].items()
        for method, operation in operations.items()
        if method != "parameters"
    )
    events = "".join(
        f"<tr><td>{_direction(operation)}</td>"
        f"<td><code>{escape(message['name'])}</code></td>"
        f"<td>{_type(message['payload'])}</td></tr>"
        for operation in socket_api["operations"].values()
        for message in [_message(socket_api, operation)]
    )
    schemas = "".join(
        f"<h3 id='{name}'>{name}</h3><p>{escape(schema.get('description', ''))}</p>"
        f"<table>{_fields(schema)}</table>"
        for name, schema in sorted(
            {**http_api["components"]["schemas"], **socket_api["components"]["schemas"]}.items()
        )
    )
    return _TEMPLATE.format(routes=routes, events=events, schemas=schemas)


def _responses(operation: Document) -> str:
    return "<br>".join(
        f"<b>{status}</b> {escape(response['description'])}"
        for status, response in sorted(operation["responses"].items())
    )


def _direction(operation: Document) -> str:
    return "to the server" if operation["action"] == "receive" else "from the server"


def _message(document: Document, operation: Document) -> Any:
    name = operation["messages"][0]["$ref"].rpartition("/")[2]
    return document["channels"]["default"]["messages"][name]


def _fields(schema: Document) -> str:
    required = schema.get("required", [])
    return "".join(
        f"<tr><td><code>{name}</code>{'' if name in required else ' <i>optional</i>'}</td>"
        f"<td>{_type(field)}</td><td>{escape(field.get('description', ''))}</td></tr>"
        for name, field in schema.get("properties", {}).items()
    )


def _type(schema: Document) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"<a href='#{name}'>{name}</a>"
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}"
    return escape(str(schema.get("format", schema.get("type", "any"))))


_TEMPLATE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Kanal API</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
        color: #1c2530; }}
table {{ border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }}
td {{ border-top: 1px solid #d8dee6; padding: .4rem .6rem; vertical-align: top; }}
code {{ background: #f1f4f8; padding: .1rem .3rem; border-radius: 3px; }}
h2 {{ margin-top: 2.5rem; }} a {{ color: #0a58ca; }} i {{ color: #6b7785; font-size: .9em; }}
</style></head><body>
<h1>Kanal</h1>
<p>Channels, event-sourced. Machine-readable: <a href="/openapi.json">OpenAPI 3.1</a>,
<a href="/asyncapi.json">AsyncAPI 3.0</a>.</p>
<h2>HTTP</h2><p>Bearer token on all but the health routes; refusals are
<code>application/problem+json</code> with a stable <code>code</code>.</p><table>{routes}</table>
<h2>Socket.IO, at <code>/socket.io/</code></h2><table>{events}</table>
<h2>Shapes</h2>{schemas}
</body></html>
"""
