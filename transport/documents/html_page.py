"""What the pages of the service have in common: the frame around a body, and what it may load."""

from html import escape

from sanic.response import HTTPResponse

HTML = "text/html; charset=utf-8"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src {styles}; connect-src 'self';"
    " img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
"""Nothing of another host, no script in the page itself, and in no frame (CSP, level 3)."""


def html_page(title: str, stylesheet: str, body: str) -> str:
    """A whole page (HTML 5) around a body, with the style sheet of that path."""
    return _FRAME.format(title=escape(title), stylesheet=escape(stylesheet), body=body)


def html_response(page: str, *, inline_styles: bool = False) -> HTTPResponse:
    """The answer with a page. Inline styles are for those whose parts make their own."""
    headers = page_headers(inline_styles=inline_styles)
    return HTTPResponse(page, headers=headers, content_type=HTML)


def page_headers(*, inline_styles: bool = False) -> dict[str, str]:
    """What an answer with a page lets a browser do."""
    styles = "'self' 'unsafe-inline'" if inline_styles else "'self'"
    return {
        "Content-Security-Policy": _POLICY.format(styles=styles),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
    }


_FRAME = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{stylesheet}">
</head><body>
{body}
</body></html>
"""
