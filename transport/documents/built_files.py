"""The built files of pages, as browsers ask for them: compressed as they are stored, or else plain.

They keep their names from version to version, so a browser asks each time whether what it has is
the latest (RFC 9110, 13.1.2).
"""

import gzip
from collections.abc import Mapping
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Self

from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from transport.http.accepted_coding import accepts_gzip

_NO_HEADERS: Mapping[str, str] = {}


class BuiltFile:
    """What is served at one path."""

    def __init__(
        self,
        stored: bytes,
        content_type: str,
        *,
        is_gzip: bool = False,
        headers: Mapping[str, str] = _NO_HEADERS,
    ) -> None:
        """`stored` is compressed if it `is_gzip`; `headers` are those of its answers besides."""
        self._stored = stored
        self._is_gzip = is_gzip
        self._type = content_type
        self._headers = {
            **headers,
            # Weak: it is the same file in both forms.
            "ETag": f'W/"{sha256(stored).hexdigest()[:32]}"',
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
        }
        if is_gzip:
            self._headers["Vary"] = "Accept-Encoding"

    @classmethod
    def read(
        cls, path: Path, content_type: str, *, headers: Mapping[str, str] = _NO_HEADERS
    ) -> Self:
        """A file of this package, stored as it is or compressed as `NAME.gz`. Raises
        FileNotFoundError where it is in neither form."""
        compressed = path.with_name(f"{path.name}.gz")
        is_gzip = compressed.exists()
        stored = (compressed if is_gzip else path).read_bytes()
        return cls(stored, content_type, is_gzip=is_gzip, headers=headers)

    @cached_property
    def _plain(self) -> bytes:
        # Few ask for it, so that it is made for the first of them.
        return gzip.decompress(self._stored) if self._is_gzip else self._stored

    def response(self, request: Request) -> HTTPResponse:
        """The file; 304 where the client has it."""
        headers = dict(self._headers)
        if headers["ETag"] in request.headers.get("If-None-Match", ""):
            return HTTPResponse(status=304, headers=headers)
        if self._is_gzip and accepts_gzip(request):
            headers["Content-Encoding"] = "gzip"
            return HTTPResponse(self._stored, headers=headers, content_type=self._type)
        return HTTPResponse(self._plain, headers=headers, content_type=self._type)


def add_file(routes: Blueprint, path: str, file: BuiltFile) -> None:
    """Serve the file at the path."""

    async def answer(request: Request) -> HTTPResponse:
        return file.response(request)

    routes.add_route(answer, path, name=path.strip("/"))
