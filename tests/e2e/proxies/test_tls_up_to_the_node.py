"""TLS ends at the proxy and again in the service, whose certificate the proxy checks."""

import re
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.support.clients import PATIENCE
from tests.support.http import User, created
from tests.support.proxies import EACH_PROXY, Proxy, proxied
from tests.support.service import running_service
from tests.support.stock_connections import connects_over_each_transport
from tests.support.tls import tls_contexts

CHECKED = {
    "nginx": (
        r"proxy_pass http://kanal;",
        "proxy_pass https://kanal; proxy_ssl_verify on;"
        " proxy_ssl_trusted_certificate AUTHORITY; proxy_ssl_name NAME;",
    ),
    "haproxy": (
        r"server \w 10\.0\.0\.\d:8000",
        r"\g<0> ssl verify required ca-file AUTHORITY verifyhost NAME",
    ),
    "caddy": (
        r"transport http {",
        "\\g<0>\n        tls_server_name NAME\n        tls_trust_pool file AUTHORITY",
    ),
}
"""What is said in a proxy's file, and what instead."""


def version_of(proxy: Proxy) -> tuple[int, ...]:
    said = subprocess.run(
        [str(proxy.program), "version"], capture_output=True, text=True, check=True
    )
    numbers = re.search(r"(\d+)\.(\d+)", said.stdout)
    assert numbers is not None
    return tuple(map(int, numbers.groups()))


def file_of(proxy: Proxy, authority: Path, name: str) -> str:
    """The proxy's file, with nodes that have a certificate of that name."""
    file = re.sub(*CHECKED[proxy.name], proxy.file())
    if proxy.name == "caddy":
        file = re.sub(r"10\.0\.0\.\d:8000", r"https://\g<0>", file)
        if version_of(proxy) < (2, 8):
            file = file.replace("tls_trust_pool file", "tls_trusted_ca_certs")
        file = file.replace("header_up -F", "header_up Host {hostport}\n        header_up -F")
    return file.replace("NAME", name).replace("AUTHORITY", str(authority))


@pytest.mark.parametrize("proxy", [each for each in EACH_PROXY if each.id in CHECKED])
async def test_clients_connect_to_nodes_whose_certificate_is_checked(
    proxy: Proxy, database_url: str, tmp_path: Path, workspace: str
) -> None:
    _, context = tls_contexts(tmp_path)
    pem = tmp_path / "localhost.pem"
    with running_service(database_url, tls_cert=str(pem), tls_key=str(pem)) as service:
        nodes = [service.url.removeprefix("https://")]
        with (
            proxied(proxy, tmp_path, file_of(proxy, pem, "localhost"), nodes) as url,
            httpx.Client(base_url=url, verify=context, timeout=PATIENCE) as http,
        ):
            await connects_over_each_transport(url)
            created(User(http, workspace).create("general"))
        with (
            proxied(proxy, tmp_path, file_of(proxy, pem, "another.example"), nodes) as url,
            httpx.Client(base_url=url, verify=context, timeout=PATIENCE) as http,
        ):
            assert http.get("/health/live").status_code in (502, 503)
