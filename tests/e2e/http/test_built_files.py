"""What pages load: compressed for those who take it so, the same plain for others, and once."""

import gzip
from pathlib import Path

import httpx
import pytest

import transport.documents

STORED = Path(transport.documents.__path__[0]) / "reference" / "reference.js.gz"


@pytest.mark.parametrize("accepted", ["gzip", "br, gzip;q=0.5", "deflate, GZIP"])
def test_who_takes_gzip_gets_what_is_stored(http: httpx.Client, accepted: str) -> None:
    with http.stream("GET", "/docs/reference.js", headers={"Accept-Encoding": accepted}) as got:
        assert got.headers["Content-Encoding"] == "gzip"
        assert got.headers["Vary"] == "Accept-Encoding"
        assert b"".join(got.iter_raw()) == STORED.read_bytes()


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0", "br, gzip; q=0.0, *;q=0"])
def test_others_get_the_same_plain(http: httpx.Client, accepted: str) -> None:
    got = http.get("/docs/reference.js", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in got.headers
    assert got.headers["Vary"] == "Accept-Encoding"
    assert got.content == gzip.decompress(STORED.read_bytes())


def test_who_has_it_is_told_so(http: httpx.Client) -> None:
    first = http.get("/docs/reference.js")
    assert first.headers["Cache-Control"] == "no-cache"
    again = http.get("/docs/reference.js", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = http.get("/docs/reference.js", headers={"If-None-Match": 'W/"other"'})
    assert other.status_code == 200
