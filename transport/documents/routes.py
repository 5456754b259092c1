"""What describes the service: `/`, `/openapi.json`, `/asyncapi.json`, and `/docs`, made of both."""

from pathlib import Path

import msgspec
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.documents.asyncapi import asyncapi
from transport.documents.built_files import BuiltFile, add_file
from transport.documents.front_page import front_page, front_page_html
from transport.documents.html_page import html_response
from transport.documents.openapi import openapi
from transport.documents.openapi_parts import Document
from transport.documents.reference_page import reference_page
from transport.http.response import json_response

_HERE = Path(__file__).parent

_FILES = {
    "page.css": (_HERE / "page.css", "text/css; charset=utf-8"),
    "reference.css": (_HERE / "reference" / "reference.css", "text/css; charset=utf-8"),
    "reference.js": (_HERE / "reference" / "reference.js", "text/javascript; charset=utf-8"),
    "licenses.txt": (_HERE / "reference" / "LICENSES.txt", "text/plain; charset=utf-8"),
}
"""What the pages load, by its name below `/docs`, with the licences of what is in it."""


def create_document_routes(base_path: str) -> Blueprint:
    """Routes that need no token, since they hold no data of users. What they lead to is below the
    base path."""
    routes = Blueprint("documents")
    reference, first = reference_page(base_path), front_page(base_path)
    first_page = front_page_html(first, base_path)

    @routes.get("/")
    async def front(request: Request) -> HTTPResponse:
        # A browser names the type; `*/*` alone is what a program sends.
        offered = ("application/json", "text/html")
        if request.accept.match(*offered, accept_wildcards=False) == "text/html":
            response = html_response(first_page)
        else:
            response = json_response(first)
        response.headers["Vary"] = "Accept"
        return response

    @routes.get("/docs")
    async def docs(_: Request) -> HTTPResponse:
        return html_response(reference, inline_styles=True)

    _add_document(routes, "/openapi.json", openapi(base_path))
    _add_document(routes, "/asyncapi.json", asyncapi(base_path))
    for name, (path, content_type) in _FILES.items():
        add_file(routes, f"/docs/{name}", BuiltFile.read(path, content_type))
    return routes


def _add_document(routes: Blueprint, path: str, document: Document) -> None:
    async def answer(_: Request) -> HTTPResponse:
        return HTTPResponse(msgspec.json.encode(document), content_type="application/json")

    routes.add_route(answer, path, name=path.strip("/"))
