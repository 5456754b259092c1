"""A real key server, and a clock that passes when told to."""

from collections.abc import Iterator

import pytest

from tests.support.clock import Clock
from tests.support.jwks import KeyServer, fetched_keys, key_server
from tests.support.keys import EC, RSA, jwk
from transport.auth import fetched_keys as transport_keys
from transport.auth.tokens import TokenVerifier


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The time as the keys see it."""
    clock = Clock()
    monkeypatch.setattr(transport_keys, "time", clock)
    return clock


@pytest.fixture
def server() -> Iterator[KeyServer]:
    """A key server that answers at once, with the RSA key under `r` and the P-256 key under `e`."""
    with key_server() as server:
        server.publish(jwk(RSA, kid="r"), jwk(EC, kid="e"))
        server.release()
        yield server


@pytest.fixture
def verifier(server: KeyServer, clock: Clock) -> TokenVerifier:
    return TokenVerifier([fetched_keys(server)])
