"""The page of the console as it is served: what a browser lets it do, where it is found, and that
it is what its sources make."""

import re
from pathlib import Path

import httpx
import pytest

from tests.support import postgres
from tests.support.console_package import PACKAGE, build, checked
from tests.support.http import http_client
from tests.support.service import running_service
from transport.documents.console_page import BUILT, FILES

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
    " img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)

PATHS = ["/console", *(f"/console/{name}" for name in FILES)]


@pytest.mark.parametrize("path", PATHS)
def test_a_browser_lets_it_do_nothing_but_show_itself_and_ask_the_service(
    http: httpx.Client, path: str
) -> None:
    answer = http.get(path)
    assert answer.status_code == 200
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Set-Cookie" not in answer.headers


def test_it_has_no_inline_script_or_style_and_loads_from_nowhere_else(http: httpx.Client) -> None:
    page = http.get("/console").text
    assert re.findall(r"<script([^>]*)>(.*?)</script>", page) == [
        (' type="module" src="/console/console.js"', "")
    ]
    assert "<style" not in page
    assert not re.search(r"\s(on\w+|style)=", page)
    loaded = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert loaded == ["data:,", "/console/console.css", "/console/console.js"]
    style = http.get("/console/console.css").text
    assert "url(" not in style and "@import" not in style


@pytest.mark.parametrize("path", PATHS)
def test_a_browser_that_has_it_is_not_sent_it_again(http: httpx.Client, path: str) -> None:
    first = http.get(path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = http.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = http.get(path, headers={"If-None-Match": '"other"'})
    assert other.content == first.content


@pytest.mark.parametrize("prefix", ["/kanal/eu", ""], ids=["passed on", "taken off"])
def test_below_a_base_path_it_loads_from_there(postgres_url: str, prefix: str) -> None:
    url = postgres.create_database(postgres_url)
    with (
        running_service(url, base_path="/kanal/eu") as service,
        http_client(service.url) as http,
    ):
        page = http.get(f"{prefix}/console").text
        loaded = re.findall(r'(?:src|href)="(/[^"]*)"', page)
        assert loaded == ["/kanal/eu/console/console.css", "/kanal/eu/console/console.js"]
        for path in loaded:
            assert http.get(path).status_code == 200


def test_what_is_served_is_what_the_sources_make(tmp_path: Path) -> None:
    build(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    served = {path.name: path.read_bytes() for path in BUILT.iterdir()}
    assert made.keys() == FILES.keys()
    assert made == served, "make console"


def test_its_sources_are_of_one_piece_by_their_types() -> None:
    checked()


def test_its_packages_are_locked_by_hashes_and_come_from_no_named_place() -> None:
    lock = (PACKAGE / "package-lock.json").read_text()
    assert lock.count('"integrity": "sha512-') == lock.count('"node_modules/')
    assert '"resolved"' not in lock
