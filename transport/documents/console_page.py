"""The console, `GET /console`: the page of operators, as it was built of `clients/console`.

It is nothing but a program, so it needs no token; what it shows it asks for below `/operator`.
"""

from pathlib import Path

from sanic import Blueprint

from transport.documents.built_files import BuiltFile, add_file
from transport.documents.html_page import HTML, html_page, page_headers

BUILT = Path(__file__).with_name("console")
"""The directory of the built files."""

FILES = {
    "console.js": "text/javascript; charset=utf-8",
    "console.css": "text/css; charset=utf-8",
    "licenses.txt": "text/plain; charset=utf-8",
}


def create_console_routes(base_path: str) -> Blueprint:
    """The page and what it loads."""
    routes = Blueprint("console")
    headers = page_headers()
    page = html_page("Kanal console", f"{base_path}/console/console.css", _body(base_path))
    add_file(routes, "/console", BuiltFile(page.encode(), HTML, headers=headers))
    for name, media_type in FILES.items():
        file = BuiltFile.read(BUILT / name, media_type, headers=headers)
        add_file(routes, f"/console/{name}", file)
    return routes


def _body(base_path: str) -> str:
    return (
        '<div id="console"><noscript>The console needs JavaScript.</noscript></div>\n'
        f'<script type="module" src="{base_path}/console/console.js"></script>'
    )
