"""What NATS servers are shown: a user with a password, a token, or a credentials file, whose key
signs what the server asks for (`nats://user:password@…`, `nats://token@…`, `nsc generate creds`).

None of it is sent without TLS where TLS is asked for: nats-py asks for secrets through callbacks,
once it knows the server, and these refuse where the connection has no TLS.
"""

import base64
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nats.errors import Error as NatsError

SCHEMES = ("nats", "tls")

_PARTS = re.compile(r"-----BEGIN ([A-Z ]+)-----\s*(\S+)\s*------?END")


@dataclass(frozen=True, slots=True)
class NatsServers:
    """Where the servers of one cluster are, and what they are shown. Nothing secret is in its
    repr."""

    url: str = field(repr=False)
    """One URL, or several, separated by commas."""
    credentials: str | None = field(default=None, repr=False)
    """The path of a file with a JWT and the seed of its key, or its text."""
    ca: Path | None = None
    """In PEM, whose certificates are trusted; without it, those that the system trusts."""
    certificate: Path | None = None
    key: Path | None = None

    def __post_init__(self) -> None:
        """Raises ValueError, which quotes nothing that may be secret."""
        for each in self._each():
            try:
                parts = urlsplit(each)
                is_one = parts.scheme in SCHEMES and parts.hostname and (parts.port or True)
            except ValueError:
                is_one = False
            if not is_one:
                raise ValueError("must be nats://HOST:PORT or tls://HOST:PORT, or several of them")

    def _each(self) -> list[str]:
        return [each.strip() for each in self.url.split(",")]

    @property
    def wants_tls(self) -> bool:
        given = (self.ca, self.certificate, self.key)
        return any(given) or any(each.startswith("tls:") for each in self._each())

    @property
    def places(self) -> list[str]:
        """The URLs, without what they are shown."""
        found = []
        for each in self._each():
            parts = urlsplit(each)
            found.append(parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())
        return found

    def __str__(self) -> str:
        return ", ".join(self.places)

    def options(self, is_private: Callable[[], bool]) -> dict[str, Any]:
        """Options of nats-py for whom to be. `is_private` answers whether what is sent is
        encrypted. Raises OSError, ssl.SSLError and ValueError for files that cannot be used."""
        options: dict[str, Any] = {}
        if self.wants_tls:
            options["tls"] = ssl.create_default_context(cafile=self.ca)
            if self.certificate is not None:
                options["tls"].load_cert_chain(self.certificate, self.key)

        def private(value: str) -> Callable[[], str]:
            def shown() -> str:
                if self.wants_tls and not is_private():
                    raise NatsError("the server has no TLS: it is shown no password")
                return value

            return shown

        parts = urlsplit(self._each()[0])
        if parts.password is not None:
            options["user"] = private(unquote(parts.username or ""))
            options["password"] = private(unquote(parts.password))
        elif parts.username:
            options["token"] = private(unquote(parts.username))
        if self.credentials is not None:
            jwt, key = read_credentials(_text_of(self.credentials))
            # Neither the JWT nor a signature is a secret: the seed is, and is never sent.
            options["user_jwt_cb"] = jwt.encode
            options["signature_cb"] = lambda nonce: base64.b64encode(key.sign(nonce.encode()))
        return options


def _text_of(given: str) -> str:
    """What is in a credentials file. Raises ValueError, which quotes nothing: somebody may have
    given a seed in the place of the path."""
    if "-----BEGIN" in given:
        return given
    try:
        return Path(given).read_text()
    except OSError as error:
        raise ValueError(f"the credentials file: {error.strerror}") from None


def read_credentials(text: str) -> tuple[str, Ed25519PrivateKey]:
    """The JWT and the key of a credentials file. Raises ValueError."""
    parts = dict(_PARTS.findall(text))
    try:
        jwt, seed = parts["NATS USER JWT"], parts["USER NKEY SEED"]
        # Two bytes say what kind of key it is, 32 are the key, two a checksum.
        raw = base64.b32decode(seed + "=" * (-len(seed) % 8))
        return jwt, Ed25519PrivateKey.from_private_bytes(raw[2:34])
    except (KeyError, ValueError):
        raise ValueError("the file has no NATS USER JWT with its USER NKEY SEED") from None
