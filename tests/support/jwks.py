"""A key server (JWKS) that answers when it is told to, and tokens signed with its key."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY_ID = "test"


class KeyServer:
    """Holds each request back until `release`; `asked` is set once there is one."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._released = threading.Event()
        self.asked = threading.Event()
        self.url = ""

    def release(self) -> None:
        self._released.set()

    def token(self, user: str, workspaces: tuple[str, ...], *, ttl: float = 3600) -> str:
        claims = {"sub": user, "exp": time.time() + ttl, "workspaces": list(workspaces)}
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": KEY_ID})

    def answer(self) -> bytes:
        self.asked.set()
        self._released.wait(30)
        public: Any = jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key(), as_dict=True)
        return json.dumps({"keys": [{**public, "kid": KEY_ID, "use": "sig"}]}).encode()


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
