"""What describes the service: `/`, `/openapi.json`, `/asyncapi.json`, and `/docs`, made of both."""

from html import escape
from typing import Any

import msgspec
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.documents.asyncapi import asyncapi
from transport.documents.front_page import front_page, front_page_html
from transport.documents.html_page import html_page
from transport.documents.openapi import openapi
from transport.documents.openapi_parts import Document
from transport.http.response import json_response


def create_document_routes(base_path: str) -> Blueprint:
    """Routes that need no token, since they hold no data of users. What they lead to is below the
    base path."""
    routes = Blueprint("documents")
    http_api, socket_api = openapi(base_path), asyncapi(base_path)
    page, first = _docs_html(http_api, socket_api, base_path), front_page(base_path)
    first_page = front_page_html(first)

    @routes.get("/")
    async def front(request: Request) -> HTTPResponse:
        # A browser names the type; `*/*` alone is what a program sends.
        offered = ("application/json", "text/html")
        if request.accept.match(*offered, accept_wildcards=False) == "text/html":
            response = HTTPResponse(first_page, content_type="text/html; charset=utf-8")
        else:
            response = json_response(first)
        response.headers["Vary"] = "Accept"
        return response

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


def _docs_html(http_api: Document, socket_api: Document, base_path: str) -> str:
    routes = "".join(
        f"<tr><td><code>{method.upper()} {escape(path)}</code></td>"
        f"<td>{escape(operation.get('summary', ''))}</td>"
        f"<td>{_responses(operation)}</td></tr>"
        for path, operations in http_api["paths"].items()
        for method, operation in operations.items()
        if method not in ("parameters", "head")
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
    body = _BODY.format(base_path=base_path, routes=routes, events=events, schemas=schemas)
    return html_page("Kanal API", body)


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


_BODY = """<h1>Kanal</h1>
<p>Channels, event-sourced. Machine-readable: <a href="{base_path}/openapi.json">OpenAPI 3.1</a>,
<a href="{base_path}/asyncapi.json">AsyncAPI 3.0</a>.</p>
<h2>HTTP</h2><p>Bearer token on all but the front page and the health routes; refusals are
<code>application/problem+json</code> with a stable <code>code</code>. HEAD is answered as GET is,
without a body.</p><table>{routes}</table>
<h2>Socket.IO, at <code>{base_path}/socket.io/</code></h2><table>{events}</table>
<h2>Shapes</h2>{schemas}"""
