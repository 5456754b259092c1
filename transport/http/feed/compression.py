"""The compression of pages: gzip (RFC 9110, 8.4.1.3) for who accepts it. JSON of events is a tenth
of it then, and a page of a megabyte takes ten milliseconds: a thread's, while the loop goes on."""

import asyncio
import zlib

from sanic.request import Request
from sanic.response import HTTPResponse

from transport.http.accepted_coding import accepts_gzip

LEAST_BYTES = 1_024
"""Below that it is not worth it."""

THREAD_BYTES = 65_536
"""From there on it takes longer than to ask a thread for it."""

LEVEL = 1
"""zlib's fastest; the next ones save little for twice the time."""

_GZIP = 16 + zlib.MAX_WBITS


async def compressed(request: Request, response: HTTPResponse) -> HTTPResponse:
    """The response, compressed where its request accepts that and it is large enough."""
    response.headers["Vary"] = "Accept-Encoding"
    body = response.body or b""
    if len(body) >= LEAST_BYTES and accepts_gzip(request):
        if len(body) < THREAD_BYTES:
            response.body = _gzip(body)
        else:
            response.body = await asyncio.to_thread(_gzip, body)
        response.headers["Content-Encoding"] = "gzip"
    return response


def _gzip(body: bytes) -> bytes:
    compressor = zlib.compressobj(LEVEL, wbits=_GZIP)
    return compressor.compress(body) + compressor.flush()
