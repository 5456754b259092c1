"""A newcomer's page, served from another port of the same machine, in a real browser: it creates a
channel and hears of it, with the stock client."""

import functools
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from urllib.parse import unquote

import pytest

from tests.support.clients import JS
from tests.support.embedded_service import DEVELOPMENT, development_token
from tests.support.service import running_service

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

STARTS_WITHIN = 60.0
"""Seconds that a browser may take to start, and to show a page."""

PAGE = """<!doctype html><script src="socket.io.min.js"></script><script>
const [url, token, transport] = ["{url}", "{token}", "{transport}"];
const tell = (text) => fetch("/told/" + encodeURIComponent(text));
const socket = io(url, {{ auth: {{ token }}, transports: [transport], reconnection: false }});
socket.on("connect_error", (error) => tell(error.message));
socket.on("channel-created", (channel) => tell("heard of " + channel.name));
socket.on("auth-success", () => fetch(url + "/workspaces/demo/channels", {{
  method: "POST",
  headers: {{ Authorization: "Bearer " + token, "Content-Type": "application/json" }},
  body: JSON.stringify({{ name: transport }}),
}}).catch((error) => tell(error.message)));
</script>"""


class Site:
    """A directory that is served, and what its pages tell."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.told: Queue[str] = Queue()
        self.port = 0


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "site")
    site.directory.mkdir()
    shutil.copy(JS / "node_modules/socket.io-client/dist/socket.io.min.js", site.directory)

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/told/"):
                site.told.put(unquote(self.path.removeprefix("/told/")))
            super().do_GET()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    handler = functools.partial(Handler, directory=str(site.directory))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        site.port = server.server_port
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        yield site
        server.shutdown()
        serving.join()


@contextmanager
def browser(url: str, profile: Path) -> Iterator[None]:
    """A browser that shows a page."""
    assert CHROMIUM is not None
    command = [
        CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={profile}", "--remote-debugging-port=0", url,
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(STARTS_WITHIN)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
@pytest.mark.parametrize(
    ("host", "transport"),
    [("localhost", "polling"), ("127.0.0.1", "websocket"), ("shop.localhost", "websocket")],
)
def test_a_page_of_another_port_may_call_a_newcomers_service(
    database_url: str, tmp_path: Path, site: Site, host: str, transport: str
) -> None:
    with running_service(database_url, data_dir=str(tmp_path), **DEVELOPMENT) as service:
        access = development_token(service)
        page = PAGE.format(url=service.url, token=access, transport=transport)
        (site.directory / "index.html").write_text(page)
        with browser(f"http://{host}:{site.port}/", tmp_path / "profile"):
            assert site.told.get(timeout=STARTS_WITHIN) == f"heard of {transport}"
