"""An issuer whose documents are what a test says: its OpenID configuration, its key set, and
answers against the rules."""

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.support.keys import EC, RSA, jwk
from transport.auth.discovery import discover_key_set
from transport.errors import ProviderFault

CONFIGURATION = "/.well-known/openid-configuration"
KEYS = "/keys"


async def fault(issuer: str) -> str:
    """What keeps the keys of an issuer from being discovered."""
    with pytest.raises(ProviderFault) as error:
        await discover_key_set(issuer)
    return str(error.value)


class Issuer:
    """Answers `answers[path]`: a JSON document, bytes as they are, or a status with a header. What
    is not there is 404; with `hang`, the connection stays open without an end of the answer."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.asked: list[str] = []
        self.hosts: list[str | None] = []
        self.answers: dict[str, Any] = {}
        self.hang: set[str] = set()
        self.released = threading.Event()
        self.issue("")

    def issue(self, path: str, **configuration: Any) -> str:
        """Be the issuer at this path, with more in its configuration than it must have."""
        issuer = f"{self.base}{path}"
        self.answers[path.rstrip("/") + CONFIGURATION] = {
            "issuer": issuer,
            "jwks_uri": f"{self.base}{KEYS}",
            **configuration,
        }
        self.answers[KEYS] = {"keys": [jwk(RSA, kid="r"), jwk(EC, kid="e")]}
        return issuer


class _Handler(BaseHTTPRequestHandler):
    issuer: Issuer

    def do_GET(self) -> None:
        issuer = self.issuer
        issuer.asked.append(self.path)
        issuer.hosts.append(self.headers["Host"])
        answer = issuer.answers.get(self.path, (404, "X-Nothing", "here"))
        headers = {}
        status = 200
        if isinstance(answer, tuple):
            status, name, value = answer
            headers[name], body = value, b""
        else:
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + (self.path in issuer.hang)))
        self.end_headers()
        self.wfile.write(body)
        if self.path in issuer.hang:
            self.wfile.flush()
            issuer.released.wait(30)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@contextmanager
def running_issuer(tls: ssl.SSLContext | None = None) -> Iterator[Issuer]:
    """An issuer on all addresses of loopback, as `localhost` over TLS, else as 127.0.0.1."""

    class Handler(_Handler):
        pass

    with ThreadingHTTPServer(("0.0.0.0", 0), Handler) as server:
        server.daemon_threads = True
        if tls is not None:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        port = server.server_port
        base = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
        Handler.issuer = issuer = Issuer(base)
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        try:
            yield issuer
        finally:
            issuer.released.set()
            server.shutdown()
            serving.join()
