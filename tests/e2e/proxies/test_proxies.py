"""The files of docs/proxies.md, each run by its proxy: browsers connect over every transport, a
node that is away is noticed by nobody, and what leads back leads through the proxy."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support import postgres
from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.http import bearer
from tests.support.proxies import EACH_PROXY, Proxy, proxied
from tests.support.service import RunningService, free_port, running_service
from tests.support.stock_connections import connects, connects_over_each_transport
from tests.support.tls import tls_contexts
from tests.support.tokens import token

HTML = {"Accept": "text/html"}
POLL = "/socket.io/?EIO=4&transport=polling"
each_proxy = pytest.mark.parametrize("proxy", EACH_PROXY)


@pytest.fixture
def trusting(postgres_url: str) -> Iterator[RunningService]:
    """A node that believes the proxy."""
    url = postgres.create_database(postgres_url)
    with running_service(url, trusted_proxies="127.0.0.1") as running:
        yield running


@pytest.fixture
def below(postgres_url: str) -> Iterator[RunningService]:
    """A node below a path."""
    with running_service(postgres.create_database(postgres_url), base_path="/kanal") as running:
        yield running


@contextmanager
def through(
    proxy: Proxy, directory: Path, service: RunningService, *, file: str | None = None
) -> Iterator[httpx.Client]:
    """A client of the service behind the proxy, at which two more nodes are away."""
    _, context = tls_contexts(directory)
    nodes = [service.url.removeprefix("http://"), *(f"127.0.0.1:{free_port()}" for _ in range(2))]
    with (
        proxied(proxy, directory, file or proxy.file(), nodes) as url,
        httpx.Client(base_url=url, verify=context, timeout=PATIENCE) as http,
    ):
        yield http


@each_proxy
async def test_pages_of_its_host_connect_over_every_transport_without_a_setting(
    proxy: Proxy, service: RunningService, tmp_path: Path
) -> None:
    with through(proxy, tmp_path, service) as http:
        url = str(http.base_url)
        await connects_over_each_transport(url)
        for origin in ("https://localhost", "https://elsewhere.example"):
            assert http.get(POLL, headers={"Origin": origin}).status_code == 403


@each_proxy
def test_a_node_that_is_away_is_noticed_by_nobody(
    proxy: Proxy, service: RunningService, tmp_path: Path, workspace: str
) -> None:
    headers = bearer(token("alice", (workspace,)))
    path = f"/workspaces/{workspace}/channels"
    with through(proxy, tmp_path, service) as http:
        for number in range(12):
            answer = http.post(path, json={"name": f"channel {number}"}, headers=headers)
            assert answer.status_code == 201, answer.text
        assert http.get(answer.headers["Location"], headers=headers).json() == answer.json()


async def ready(service: RunningService) -> None:
    """Wait until the service itself says that it is."""
    async with httpx.AsyncClient(timeout=PATIENCE) as http:

        async def is_ready() -> bool:
            return (await http.get(f"{service.url}/health/ready")).status_code == 200

        await eventually(is_ready)


@pytest.mark.parametrize("proxy", EACH_PROXY[:1])
async def test_nginx_asks_a_node_again_as_soon_as_it_is_back(
    proxy: Proxy, database_url: str, tmp_path: Path
) -> None:
    """With its default `max_fails` it would lock it out for ten seconds."""
    port = str(free_port())
    with ExitStack() as stack:
        with running_service(database_url, port=port) as service:
            http = stack.enter_context(through(proxy, tmp_path, service))
            await ready(service)
            assert http.get("/health/ready").status_code == 200
        assert [http.get("/health/ready").status_code for _ in range(3)] == [502] * 3
        with running_service(database_url, port=port) as service:
            await ready(service)
            assert [http.get("/health/ready").status_code for _ in range(3)] == [200] * 3


@each_proxy
def test_a_trusted_proxy_tells_what_the_client_cannot(
    proxy: Proxy, trusting: RunningService, tmp_path: Path
) -> None:
    with through(proxy, tmp_path, trusting) as http:
        insecure = str(http.base_url).rstrip("/").replace("https", "http")
        forged = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
        for headers in ({"Origin": insecure}, {"Origin": "https://evil.example", **forged}):
            assert http.get(POLL, headers=headers).status_code == 403, headers


PASSED_ON = {
    "nginx": ("location / {", "location /kanal/ {"),
    "haproxy": ("default_backend nodes", "use_backend nodes if { path_beg /kanal/ }"),
    "caddy": ("    reverse_proxy", "    handle /kanal/* {\n    reverse_proxy"),
    "traefik": ("PathPrefix(`/`)", "PathPrefix(`/kanal/`)"),
    "envoy": ("prefix: /}", "prefix: /kanal/}"),
}
TAKEN_OFF = {
    "nginx": ("proxy_pass http://kanal;", "proxy_pass http://kanal/;"),
    "haproxy": (
        "balance roundrobin\n",
        "balance roundrobin\n    http-request replace-path /kanal/(.*) /\\1\n",
    ),
    "caddy": ("handle ", "handle_path "),
    "traefik": (
        "no-forwarded]\n      service: kanal\n      tls: {}\n  middlewares:\n",
        "no-forwarded, off]\n      service: kanal\n      tls: {}\n  middlewares:\n"
        "    off:\n      stripPrefix:\n        prefixes: [/kanal]\n",
    ),
    "envoy": ("cluster: nodes\n", f"cluster: nodes\n{28 * ' '}prefix_rewrite: /\n"),
}


@each_proxy
@pytest.mark.parametrize("is_taken_off", [False, True], ids=["passed on", "taken off"])
async def test_below_a_path_everything_leads_back_below_it(
    proxy: Proxy, is_taken_off: bool, below: RunningService, tmp_path: Path, workspace: str
) -> None:
    file = proxy.file().replace(*PASSED_ON[proxy.name])
    assert file != proxy.file()
    if proxy.name == "caddy":
        file += "}\n"
    if is_taken_off:
        assert TAKEN_OFF[proxy.name][0] in file
        file = file.replace(*TAKEN_OFF[proxy.name])
    headers = bearer(token("alice", (workspace,)))
    with through(proxy, tmp_path, below, file=file) as http:
        path = f"/kanal/workspaces/{workspace}/channels"
        made = http.post(path, json={"name": "general"}, headers=headers)
        assert http.get(made.headers["Location"], headers=headers).json() == made.json()
        for page in ("/kanal/", "/kanal/docs"):
            links = re.findall(r'href="(/[^"]*)"', http.get(page, headers=HTML).text)
            assert {http.get(link).status_code for link in links} == {200}
        await connects(str(http.base_url), None, path="/kanal/socket.io/")
