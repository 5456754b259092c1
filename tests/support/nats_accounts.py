"""NATS with accounts: the JWTs of an operator, an account and its users, made of what NATS has
written about them, as `nsc` makes them. The server knows the operator, and is shown the rest."""

import base64
import binascii
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.support.outputs import OUTPUTS

OPERATOR, ACCOUNT, USER = 14 << 3, 0, 20 << 3
"""The first letter of a public key, in base32: O, A and U."""

_SEED = 18 << 3

_UNLIMITED = {"subs": -1, "data": -1, "payload": -1}
_OF_ACCOUNT = {
    **_UNLIMITED,
    **dict.fromkeys(("imports", "exports", "conn", "leaf"), -1),
    "wildcards": True,
}
_JETSTREAM = dict.fromkeys(("mem_storage", "disk_storage", "streams", "consumer"), -1)


@dataclass(frozen=True)
class NatsKey:
    """A key of one kind, which signs what it vouches for."""

    kind: int
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate, repr=False)

    @property
    def public(self) -> str:
        return _text(bytes([self.kind]) + self.key.public_key().public_bytes_raw())

    @property
    def seed(self) -> str:
        kinds = bytes([_SEED | self.kind >> 5, (self.kind & 31) << 3])
        return _text(kinds + self.key.private_bytes_raw())

    def vouches(self, of: "NatsKey", name: str, says: Mapping[str, Any]) -> str:
        """A JWT that says that of another key, or of itself."""
        now = int(time.time())
        claims = {"jti": name, "iat": now, "iss": self.public, "name": name, "sub": of.public}
        claims["nats"] = {**says, "version": 2}
        signed = f"{_part({'typ': 'JWT', 'alg': 'ed25519-nkey'})}.{_part(claims)}"
        return f"{signed}.{_url_text(self.key.sign(signed.encode()))}"


class NatsAccounts:
    """An operator with an account that may use JetStream, and one for the system."""

    def __init__(self) -> None:
        self._operator, self._account, self._system = map(NatsKey, (OPERATOR, ACCOUNT, ACCOUNT))

    def configuration(self) -> str:
        """What a server is started with."""
        operator, account, system = self._operator, self._account, self._system
        says = {"type": "operator", "system_account": system.public}
        itself = operator.vouches(operator, "operator", says)
        accounts = {
            each.public: operator.vouches(
                each, name, {"type": "account", "limits": {**_OF_ACCOUNT, **limits}}
            )
            for each, name, limits in (
                (account, "kanal", _JETSTREAM),
                (system, "system", {}),
            )
        }
        preloaded = "".join(f"  {each}: {jwt}\n" for each, jwt in accounts.items())
        return (
            f"operator: {itself}\nsystem_account: {system.public}\nresolver: MEMORY\n"
            f"resolver_preload: {{\n{preloaded}}}\n"
        )

    def credentials(self, name: str) -> str:
        """The file of a new user of the account. Its seed is not to be seen in any output."""
        user = NatsKey(USER)
        jwt = self._account.vouches(user, name, {"type": "user", **_UNLIMITED})
        seed = OUTPUTS.must_not_show(user.seed)
        return (
            f"-----BEGIN NATS USER JWT-----\n{jwt}\n------END NATS USER JWT------\n\n"
            "NKEYs are secrets: whoever has the next line is this user.\n\n"
            f"-----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
        )

    def write(self, directory: Path) -> Path:
        """The configuration as a file there."""
        file = directory / "accounts.conf"
        file.write_text(self.configuration())
        return file


def _text(raw: bytes) -> str:
    """As nkeys are written: with a checksum (CRC-16/XMODEM, its low byte first), in base32."""
    checked = raw + binascii.crc_hqx(raw, 0).to_bytes(2, "little")
    return base64.b32encode(checked).decode().rstrip("=")


def _part(value: Mapping[str, Any]) -> str:
    return _url_text(json.dumps(value).encode())


def _url_text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
