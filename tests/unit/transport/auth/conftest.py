"""A real key server, real issuers, and a clock that passes when told to."""

import ssl
from collections.abc import Iterator

import pytest

from tests.support.clock import Clock
from tests.support.issuer import Issuer, running_issuer
from tests.support.jwks import KeyServer, fetched_keys, key_server
from tests.support.keys import EC, RSA, jwk
from tests.support.tls import tls_contexts
from transport.auth import fetched_keys as transport_keys
from transport.auth import provider
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


@pytest.fixture(scope="module")
def contexts(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return tls_contexts(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """An issuer over http, in one's own network."""
    with running_issuer() as issuer:
        yield issuer


@pytest.fixture
def secure(
    contexts: tuple[ssl.SSLContext, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Issuer]:
    """An issuer over https, whose certificate is known."""
    monkeypatch.setattr(provider, "_tls", lambda: contexts[1])
    with running_issuer(contexts[0]) as issuer:
        yield issuer
