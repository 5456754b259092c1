"""The console, `GET /console`: the page of operators, as it was built of `clients/console`.

It is nothing but a program, so it needs no token; what it shows it asks for below `/operator`.
"""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

BUILT = Path(__file__).with_name("console")
"""The directory of the built files."""

FILES = {
    "console.js": "text/javascript; charset=utf-8",
    "console.css": "text/css; charset=utf-8",
    "licenses.txt": "text/plain; charset=utf-8",
}

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
)

HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        # A browser asks each time whether it has changed, so an upgrade is there at once.
        "Cache-Control": "no-cache",
    }
)


def create_console_routes(base_path: str) -> Blueprint:
    """The page and what it loads."""
    routes = Blueprint("console")
    page = _PAGE.format(base_path=base_path).encode()

    @routes.get("/console")
    async def console(request: Request) -> HTTPResponse:
        return _answer(request, page, "text/html; charset=utf-8")

    for name, media_type in FILES.items():
        _serve(routes, name, media_type)
    return routes


def _serve(routes: Blueprint, name: str, media_type: str) -> None:
    content = (BUILT / name).read_bytes()

    @routes.get(f"/console/{name}", name=name.replace(".", "_"))
    async def file(request: Request) -> HTTPResponse:
        return _answer(request, content, media_type)


def _answer(request: Request, content: bytes, media_type: str) -> HTTPResponse:
    """The content, unless the browser has it already (RFC 9110, 13.1.2)."""
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {**HEADERS, "ETag": tag}
    if tag in request.headers.get("If-None-Match", ""):
        return HTTPResponse(status=304, headers=headers)
    return HTTPResponse(content, headers=headers, content_type=media_type)


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Kanal console</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{base_path}/console/console.css">
<script type="module" src="{base_path}/console/console.js"></script>
</head>
<body>
<div id="console"><noscript>The console needs JavaScript.</noscript></div>
</body>
</html>
"""
