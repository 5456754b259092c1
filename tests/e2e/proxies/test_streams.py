"""A stream of the feed through each proxy, with its file of docs/proxies.md: it is passed on as it
comes, and kept back by none."""

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.clients import PATIENCE
from tests.support.http import User, bearer, created
from tests.support.proxies import EACH_PROXY, Proxy, proxied
from tests.support.service import RunningService
from tests.support.tls import tls_contexts
from tests.support.tokens import token


@pytest.mark.parametrize("proxy", EACH_PROXY)
def test_what_happens_comes_through_at_once(
    proxy: Proxy, service: RunningService, http: httpx.Client, workspace: str, tmp_path: Path
) -> None:
    _, context = tls_contexts(tmp_path)
    nodes = [service.url.removeprefix("http://")] * 3
    user = User(http, workspace)
    at = created(user.create("before"))["position"]
    with (
        proxied(proxy, tmp_path, proxy.file(), nodes) as url,
        httpx.Client(base_url=url, verify=context, timeout=PATIENCE) as behind,
        behind.stream(
            "GET", f"/log/stream?after={at}", headers=bearer(token("bob", (workspace,)))
        ) as stream,
    ):
        assert stream.status_code == 200
        lines = stream.iter_lines()
        for name in ("first", "second"):  # each is there before the next one happens
            created(user.create(name))
            assert next_told(lines)["channel"]["name"] == name


def next_told(lines: Iterator[str]) -> dict[str, dict[str, str]]:
    """The data of the next event of the stream."""
    told: dict[str, dict[str, str]] = next(
        json.loads(line.removeprefix("data:"))["data"] for line in lines if line.startswith("data:")
    )
    return told
