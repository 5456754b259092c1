"""The environ of a request, as python-engineio reads it (PEP 3333, as far as it does).

python-engineio has a function for this, which makes a class for each request and leaves it to the
collector (`findings/a-class-for-each-request.sh`).
"""

from typing import Any

from sanic.request import Request


class Body:
    """The body of a request, in the form of `wsgi.input`; it has come whole."""

    __slots__ = ("_left",)

    def __init__(self, body: bytes) -> None:
        self._left = body

    async def read(self, length: int | None = None) -> bytes:
        end = len(self._left) if length is None else length
        read, self._left = self._left[:end], self._left[end:]
        return read


def environ_of(request: Request) -> dict[str, Any]:
    """The environ."""
    environ: dict[str, Any] = {
        "sanic.request": request,
        "wsgi.input": Body(request.body),
        "REQUEST_METHOD": request.method,
        # That much of the body is read; a chunked request does not say how much.
        "CONTENT_LENGTH": str(len(request.body)),
        "QUERY_STRING": request.query_string,
    }
    for name, value in request.headers.items():
        key = "HTTP_" + name.upper().replace("-", "_")
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ
