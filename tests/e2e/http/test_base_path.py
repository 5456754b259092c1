"""Below a base path: whatever leads a client back to the service has the prefix, and both forms of
a path are answered, since some proxies take it off and some do not."""

import re
from collections.abc import Iterator

import httpx
import pytest

from tests.support import postgres
from tests.support.clients import PATIENCE, js_client, py_client
from tests.support.http import User, bearer, created, http_client
from tests.support.service import RunningService, running_service
from tests.support.tokens import token
from transport.http.base_path import FIRST_SEGMENTS

BASE = "/kanal/eu"


@pytest.fixture(scope="module")
def below(postgres_url: str) -> Iterator[RunningService]:
    with running_service(postgres.create_database(postgres_url), base_path=f"{BASE}/") as running:
        yield running


@pytest.fixture(params=[BASE, ""], ids=["passed on", "taken off"])
def proxied(request: pytest.FixtureRequest, below: RunningService) -> str:
    """The URL at which a proxy asks for what a client has asked for below the base path."""
    return f"{below.url}{request.param}"


def test_a_new_channel_is_where_its_location_says(
    below: RunningService, proxied: str, workspace: str
) -> None:
    with http_client(proxied) as http:
        answer = User(http, workspace).create("general")
    location, channel = answer.headers["Location"], created(answer)
    assert location == f"{BASE}/workspaces/{workspace}/channels/{channel['id']}"
    headers = bearer(token("alice", (workspace,)))
    assert httpx.get(f"{below.url}{location}", headers=headers, timeout=PATIENCE).json() == channel


def test_pages_and_documents_lead_below_it(below: RunningService, proxied: str) -> None:
    first = httpx.get(f"{proxied}/", timeout=PATIENCE).json()
    paths = {value for value in first.values() if value[0] == "/"}
    accept = {"Accept": "text/html"}
    pages = [
        httpx.get(f"{proxied}{path}", headers=accept, timeout=PATIENCE) for path in ("/", "/docs")
    ]
    links = {link for page in pages for link in re.findall(r'(?:href|src)="(/[^"]*)"', page.text)}
    loaded = {f"{BASE}/docs/{name}" for name in ("page.css", "reference.css", "reference.js")}
    assert links == paths | loaded
    for path in links:
        assert path.startswith(f"{BASE}/")
        assert httpx.get(f"{below.url}{path}", timeout=PATIENCE).status_code == 200
    assert f"{BASE}/socket.io/" in httpx.get(f"{proxied}/asyncapi.json", timeout=PATIENCE).text
    openapi = httpx.get(f"{proxied}/openapi.json", timeout=PATIENCE).json()
    assert openapi["servers"] == [{"url": BASE}]
    assert {path.split("/")[1] for path in openapi["paths"]} <= FIRST_SEGMENTS | {""}


def test_the_base_path_itself_is_the_front_page_and_one_like_it_is_not(
    below: RunningService,
) -> None:
    assert httpx.get(f"{below.url}{BASE}", timeout=PATIENCE).json()["docs"] == f"{BASE}/docs"
    assert httpx.get(f"{below.url}{BASE}ope/docs", timeout=PATIENCE).status_code == 404
    assert httpx.get(f"{below.url}/kanal/docs", timeout=PATIENCE).status_code == 404


@pytest.mark.parametrize("prefix", [BASE, ""], ids=["passed on", "taken off"])
async def test_stock_clients_connect_below_it(below: RunningService, prefix: str) -> None:
    auth = {"token": token()}
    async with js_client(below.url, auth=auth, path=f"{prefix}/socket.io/") as client:
        assert (await client.event("auth-success"))["userId"]
    async with py_client(below.url, auth=auth, path=f"{prefix}/socket.io/") as client:
        assert (await client.event("auth-success"))["userId"]


def test_what_is_printed_at_the_start_leads_below_it(below: RunningService) -> None:
    assert f"The API, described: {below.url}{BASE}/docs\n" in below.output
