"""Who may open a link: a node of the same log, which alone has the log's key.

    caller → target   its id, the target's, the time, a nonce, and their HMAC-SHA256 (RFC 2104)
    target → caller   the HMAC of what the caller has said

So the caller asks nothing of somebody else who listens where the target was, and the target takes
nothing from who is no node, nor twice what it has taken once.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable

MAX_SKEW = 5.0
"""Seconds that a greeting may be on its way. All nodes go by the clock of one database."""


class Signing:
    """Signs the greetings of one node and checks those of others."""

    def __init__(self, node_id: str, key: Callable[[], bytes], now: Callable[[], float]) -> None:
        """`key` and `now` are asked anew each time: the key is known once the node has joined."""
        self.node_id = node_id
        self._key = key
        self._now = now
        self._taken: dict[str, float] = {}
        """Greetings that were taken, and when; as long as they would be good again."""

    def greeting(self, target: str) -> str:
        """What this node says when it opens a link."""
        at = round(self._now() * 1_000)
        said = f"{self.node_id}.{target}.{at}.{secrets.token_hex(16)}"
        return f"{said}.{self._sign('caller', said).decode()}"

    def take(self, greeting: str) -> str | None:
        """The node for which another one has said this, now, and to this one for the first time;
        None where none has."""
        said, _, signature = greeting.rpartition(".")
        is_signed = hmac.compare_digest(_bytes(signature), self._sign("caller", said))
        if not self._key() or not is_signed:
            return None
        _, target, at, _ = said.split(".")
        now = self._now()
        self._forget(now)
        if abs(now - int(at) / 1_000) > MAX_SKEW or greeting in self._taken:
            return None
        self._taken[greeting] = now
        return target

    def reply(self, greeting: str) -> bytes:
        """What this node answers to a greeting that it has taken."""
        return self._sign("target", greeting)

    def is_reply(self, reply: bytes, greeting: str) -> bool:
        """Whether the node that was greeted has answered this."""
        return hmac.compare_digest(reply, self._sign("target", greeting))

    def _sign(self, who: str, said: str) -> bytes:
        signature = hmac.new(self._key(), _bytes(f"kanal {who} {said}"), hashlib.sha256)
        return signature.hexdigest().encode()

    def _forget(self, now: float) -> None:
        while self._taken and now - next(iter(self._taken.values())) > 2 * MAX_SKEW:
            del self._taken[next(iter(self._taken))]


def _bytes(text: str) -> bytes:
    return text.encode(errors="surrogatepass")
