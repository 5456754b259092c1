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


FRONT_PAGE = FrontPage(
    name="Kanal",
    description="An event-sourced channel service: applications create and change channels over"
    " HTTP or Socket.IO, and every socket that may see a channel hears of it, from the log, in"
    " order, once it is committed.",
    version=version("kanal"),
    docs="/docs",
    openapi="/openapi.json",
    asyncapi="/asyncapi.json",
    ready="/health/ready",
    metrics="/health/metrics",
)


def front_page_html() -> str:
    """The front page for a browser."""
    links = {
        FRONT_PAGE.docs: "<b>The API, described</b>: every route, event and field",
        FRONT_PAGE.openapi: "the routes, for programs: OpenAPI 3.1",
        FRONT_PAGE.asyncapi: "the sockets' events, for programs: AsyncAPI 3.0",
        FRONT_PAGE.ready: "whether the service can serve, and what it lacks where it cannot",
        FRONT_PAGE.metrics: "its metrics, in Prometheus' format",
    }
    rows = "".join(
        f'<tr><td><a href="{path}">{path}</a></td><td>{text}</td></tr>'
        for path, text in links.items()
    )
    return html_page(
        FRONT_PAGE.name,
        f"<h1>{FRONT_PAGE.name}</h1>\n<p>{escape(FRONT_PAGE.description)}</p>\n"
        f"<table>{rows}</table>\n<p><i>Version {escape(FRONT_PAGE.version)}</i></p>",
    )
