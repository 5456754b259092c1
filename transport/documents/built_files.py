"""The built files of pages, as browsers ask for them: compressed as they are stored, or else plain.

They keep their names from version to version, so a browser asks each time whether what it has is
the latest (RFC 9110, 13.1.2).
"""

import gzip
import re
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from sanic.request import Request
from sanic.response import HTTPResponse

_REFUSES_GZIP = re.compile(r"gzip\s*;\s*q=0(\.0*)?\s*(,|$)", re.IGNORECASE)


class BuiltFile:
    """A file of this package, stored as it is or compressed as `NAME.gz`."""

    def __init__(self, path: Path, content_type: str) -> None:
        """Raises FileNotFoundError where it is stored in neither form."""
        compressed = path.with_name(f"{path.name}.gz")
        self._gzip = compressed.read_bytes() if compressed.exists() else None
        self._stored = path.read_bytes() if self._gzip is None else self._gzip
        self._type = content_type
        # Weak: it is the same file in both forms.
        self._tag = f'W/"{sha256(self._stored).hexdigest()[:32]}"'

    @cached_property
    def _plain(self) -> bytes:
        # Few ask for it, so that it is made for the first of them.
        return self._stored if self._gzip is None else gzip.decompress(self._gzip)

    def response(self, request: Request) -> HTTPResponse:
        """The file; 304 where the client has it."""
        headers = {
            "ETag": self._tag,
            "Cache-Control": "no-cache",
            "X-Content-Type-Options": "nosniff",
        }
        if self._gzip is not None:
            headers["Vary"] = "Accept-Encoding"
        if self._tag in request.headers.get("If-None-Match", ""):
            return HTTPResponse(status=304, headers=headers)
        if self._gzip is not None and _accepts_gzip(request.headers.get("Accept-Encoding", "")):
            headers["Content-Encoding"] = "gzip"
            return HTTPResponse(self._gzip, headers=headers, content_type=self._type)
        return HTTPResponse(self._plain, headers=headers, content_type=self._type)


def _accepts_gzip(accepted: str) -> bool:
    """Whether Accept-Encoding (RFC 9110, 12.5.3) names gzip, and not to refuse it."""
    return "gzip" in accepted.lower() and _REFUSES_GZIP.search(accepted) is None
