"""HTTP/2 before the service: what a browser sends to a proxy over one connection arrives."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.clients import JS, PATIENCE
from tests.support.proxies import EACH_PROXY, Proxy, proxied
from tests.support.service import RunningService
from tests.support.tls import tls_contexts
from tests.support.tokens import token

SPEAKS_IT = {
    "nginx": (r"listen 443 ssl;", "listen 443 ssl http2;"),
    "haproxy": (r"(bind :443 ssl crt \S+)", r"\1 alpn h2,http/1.1"),
}
"""What makes a proxy speak it; the others do by their files."""


@pytest.mark.parametrize("proxy", EACH_PROXY)
def test_what_a_browser_sends_over_it_arrives(
    proxy: Proxy, service: RunningService, tmp_path: Path
) -> None:
    tls_contexts(tmp_path)
    file = re.sub(*SPEAKS_IT.get(proxy.name, ("", "")), proxy.file())
    node = shutil.which("node")
    assert node is not None, "make test installs Node where there is none"
    with proxied(proxy, tmp_path, file, [service.url.removeprefix("http://")]) as url:
        done = subprocess.run(
            [node, "over_http2.js", url, token()],
            cwd=JS, check=True, stdout=subprocess.PIPE, timeout=PATIENCE,
        )  # fmt: skip
    said = json.loads(done.stdout)
    assert (said["spoken"], said["events"]) == ("h2", ["auth-success"])
    # Where it is offered browsers open WebSockets over it as well.
    assert said["websocket"] in (None, 200), said
