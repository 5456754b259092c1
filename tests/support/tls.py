"""TLS between a server and its client, with certificates made for the occasion."""

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True)
class Certificate:
    """Of localhost, which signs itself; in PEM."""

    certificate: bytes
    key: bytes

    def client(self) -> ssl.SSLContext:
        """That of a client which trusts it."""
        return ssl.create_default_context(cadata=self.certificate.decode())

    @property
    def der(self) -> bytes:
        """As a connection shows it."""
        return ssl.PEM_cert_to_DER_cert(self.certificate.decode())


def made_certificate(
    *, days: int = 1, password: bytes | None = None, address: str = "127.0.0.1"
) -> Certificate:
    """One of localhost and the address, that has been good for ten days, and is for so many, which
    may be past."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(address))]
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=10))
        .not_valid_after(now + datetime.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    encryption = (
        serialization.BestAvailableEncryption(password)
        if password
        else serialization.NoEncryption()
    )
    form = serialization.PrivateFormat.PKCS8
    return Certificate(certificate, key.private_bytes(serialization.Encoding.PEM, form, encryption))


def tls_contexts(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's context and a client's that trusts it, by the name localhost and not by an
    address that it has; the key is kept in the folder."""
    made = made_certificate(address="127.0.0.9")
    pem = folder / "localhost.pem"
    pem.write_bytes(made.key + made.certificate)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    return server, made.client()
