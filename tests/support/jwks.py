"""A key server (JWKS) that answers what and when it is told to, and tokens signed with its key."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt

from tests.support.keys import jwk, rsa_key
from tests.support.outputs import OUTPUTS
from transport.auth.discovery import fetch_key_set
from transport.auth.fetched_keys import FetchedKeys

KEY_ID = "test"


class KeyServer:
    """Holds each request back until `release`; `asked` is set once there is one.

    It answers `document`, its own key unless a test puts another in its place.
    """

    def __init__(self) -> None:
        self._key = rsa_key()
        self.clock_off = 0.0
        """Seconds by which its clock is ahead of ours."""
        self._released = threading.Event()
        self.asked = threading.Event()
        self.requests = 0
        self.document: Any = {"keys": [jwk(self._key, kid=KEY_ID, use="sig")]}
        self.url = ""

    def publish(self, *keys: dict[str, Any]) -> None:
        """Answer these keys from now on."""
        self.document = {"keys": list(keys)}

    def release(self) -> None:
        """Answer the requests that wait, and others at once."""
        self._released.set()

    def hold(self) -> None:
        """Let requests wait again; `asked` is set by the next."""
        self._released.clear()
        self.asked.clear()

    def token(self, user: str, workspaces: tuple[str, ...], *, ttl: float = 3600) -> str:
        claims = {"sub": user, "exp": time.time() + ttl, "workspaces": list(workspaces)}
        made = jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": KEY_ID})
        return OUTPUTS.must_not_show(made)

    def answer(self) -> bytes:
        self.requests += 1
        self.asked.set()
        self._released.wait(30)
        return json.dumps(self.document).encode()


def fetched_keys(server: KeyServer) -> FetchedKeys:
    """The keys of a key server, for tokens of any issuer."""
    return FetchedKeys("the test's key set", partial(fetch_key_set, server.url))


@contextmanager
def key_server() -> Iterator[KeyServer]:
    """A running key server, its requests released at the end."""
    keys = KeyServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = keys.answer()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:
            return super().date_time_string(int(timestamp or time.time() + keys.clock_off))

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        keys.url = f"http://127.0.0.1:{server.server_port}/jwks.json"
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        try:
            yield keys
        finally:
            keys.release()
            server.shutdown()
            serving.join()
