"""The page at `/docs`: both API documents in a reference, which `clients/reference` is built to."""

from transport.documents.html_page import html_page


def reference_page(base_path: str) -> str:
    """The page. Its script fetches both documents from where the page says that they are."""
    openapi, asyncapi = f"{base_path}/openapi.json", f"{base_path}/asyncapi.json"
    return html_page(
        "Kanal: the API",
        f"{base_path}/docs/reference.css",
        f'<div id="reference" data-openapi="{openapi}" data-asyncapi="{asyncapi}">'
        f'<p>The API as documents: <a href="{openapi}">OpenAPI 3.1</a> of what is served over HTTP,'
        f' <a href="{asyncapi}">AsyncAPI 3.0</a> of the events of the sockets. As a page it needs'
        " JavaScript.</p></div>\n"
        f'<script type="module" src="{base_path}/docs/reference.js"></script>',
    )
