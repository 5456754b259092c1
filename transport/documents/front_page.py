"""The front page, `/`: what this is and where to go on, for whoever opens the printed address."""

from html import escape
from importlib.metadata import version

import msgspec

from transport.documents.html_page import html_page


class FrontPage(msgspec.Struct, frozen=True):
    """The answer of `GET /`: what this is, and the paths to go on to."""

    name: str
    description: str
    version: str
    docs: str
    openapi: str
    asyncapi: str
    ready: str
    metrics: str


def front_page(base_path: str) -> FrontPage:
    """The front page for a program."""
    return FrontPage(
        name="Kanal",
        description="An event-sourced channel service: applications create and change channels over"
        " HTTP or Socket.IO, and every socket that may see a channel hears of it, from the log, in"
        " order, once it is committed.",
        version=version("kanal"),
        docs=f"{base_path}/docs",
        openapi=f"{base_path}/openapi.json",
        asyncapi=f"{base_path}/asyncapi.json",
        ready=f"{base_path}/health/ready",
        metrics=f"{base_path}/metrics",
    )


def front_page_html(page: FrontPage) -> str:
    """The same for a browser."""
    links = {
        page.docs: "<b>The API, described</b>: every route, event and field",
        page.openapi: "the routes, for programs: OpenAPI 3.1",
        page.asyncapi: "the sockets' events, for programs: AsyncAPI 3.0",
        page.ready: "whether the service can serve, and what it lacks where it cannot",
        page.metrics: "its metrics, in Prometheus' format",
    }
    rows = "".join(
        f'<tr><td><a href="{path}">{path}</a></td><td>{text}</td></tr>'
        for path, text in links.items()
    )
    return html_page(
        page.name,
        f"<h1>{page.name}</h1>\n<p>{escape(page.description)}</p>\n"
        f"<table>{rows}</table>\n<p><i>Version {escape(page.version)}</i></p>",
    )
