"""TLS that ends in the service: the certificate that a new connection is shown, and its renewal
while the service runs.

Each connection begins with the context that was there at the start, and takes the certificate of
the current one as soon as the client has said hello. So a renewal changes nothing for those that
are open, and sessions of before it can be resumed.
"""

import logging
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from cryptography import x509

from scripts.service.settings import Settings, SettingsError

logger = logging.getLogger(__name__)

CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20"
"""Of TLS 1.2: with forward secrecy, and authenticated (RFC 9325, 4.2). Those of 1.3 all are."""

HANDSHAKE_TIMEOUT, SHUTDOWN_TIMEOUT = 10.0, 2.0
"""Seconds that a client may take for its part of the beginning and the end of TLS."""


class Tls:
    """The certificate and key of two files, as they were when they were read last."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """Read them. Raises SettingsError, whose one line names the file that cannot be used."""
        self._certificate = certificate
        self._key = key
        self._current, self._first = self._read()
        self.context, _ = self._read()
        """To be served with."""
        self.context.sni_callback = self._show_current

    @classmethod
    def of(cls, settings: Settings) -> "Tls | None":
        """None where TLS does not end here; else the log says how long the certificate is good.
        Raises SettingsError."""
        if settings.tls_cert is None or settings.tls_key is None:
            return None
        tls = cls(settings.tls_cert, settings.tls_key)
        tls._log_end()
        return tls

    def period(self) -> tuple[datetime, datetime]:
        """From when and until when the certificate is good that was read last."""
        return self._first.not_valid_before_utc, self._first.not_valid_after_utc

    def end(self) -> float:
        """Until when it is good, in Unix time, seconds."""
        return self._first.not_valid_after_utc.timestamp()

    def reload(self) -> None:
        """Read them again, for connections that begin from now on. Where they cannot be used, the
        log says so and nothing changes."""
        try:
            self._current, self._first = self._read()
        except SettingsError as error:
            logger.error("the certificate that is in use stays: %s", error)
        else:
            self._log_end()

    def _show_current(
        self, connection: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext
    ) -> None:
        connection.context = self._current

    def _read(self) -> tuple[ssl.SSLContext, x509.Certificate]:
        """What to serve with, and the certificate of the service, which stands first in its file.
        Any of the files may be gone from one line to the next, where it is being replaced."""
        certificates, _ = _content("CERT", self._certificate), _content("KEY", self._key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers(CIPHERS)
        context.set_alpn_protocols(["http/1.1"])
        context.options |= ssl.OP_NO_RENEGOTIATION  # a client could keep us busy with it
        try:
            first = x509.load_pem_x509_certificates(certificates)[0]
        except ValueError:
            raise SettingsError("KANAL_TLS_CERT: the file has no certificate in PEM") from None
        try:
            context.load_cert_chain(self._certificate, self._key, password=_no_password)
        except ssl.SSLError as error:
            raise SettingsError(_in_words(error)) from None
        except OSError as error:  # which does not say which of them it is
            raise SettingsError(
                f"KANAL_TLS_CERT, KANAL_TLS_KEY: a file cannot be read: {error.strerror}"
            ) from None
        return context, first

    def _log_end(self) -> None:
        begin, end = self.period()
        now = datetime.now(UTC)
        if now > end:
            logger.warning(
                "the certificate in KANAL_TLS_CERT has expired: it ended %s", in_utc(end)
            )
        elif now < begin:
            logger.warning("the certificate in KANAL_TLS_CERT begins only %s", in_utc(begin))
        else:
            logger.info("the certificate in KANAL_TLS_CERT is good until %s", in_utc(end))


def _content(name: str, path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"KANAL_TLS_{name}: the file cannot be read: {error.strerror}"
        ) from None


def in_utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _no_password() -> NoReturn:
    """Asked for where the key is encrypted; else OpenSSL would ask at the terminal."""
    raise SettingsError("KANAL_TLS_KEY: the key is encrypted, and there is nobody to decrypt it")


def _in_words(error: ssl.SSLError) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return "KANAL_TLS_KEY is not the key of the certificate in KANAL_TLS_CERT"
    if error.reason is None or error.reason == "PEM lib":
        return "KANAL_TLS_KEY: the file has no private key in PEM"
    return f"KANAL_TLS_CERT cannot be used: {error.reason.replace('_', ' ').lower()}"
