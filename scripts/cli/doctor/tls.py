"""TLS that ends in the service: whether its files can be used, and how long the certificate is
good."""

from datetime import UTC, datetime, timedelta

from scripts.cli.doctor.finding import Finding, fault, ok, warning
from scripts.service.listening.tls import Tls, in_utc
from scripts.service.settings import Settings, SettingsError

SOON = timedelta(days=14)
"""Before its end, within which a certificate that is renewed by itself has been renewed."""

RENEW = "renew it, then SIGHUP to a service that runs"


def check_tls(settings: Settings) -> list[Finding]:
    """Nothing is said where TLS does not end in the service."""
    if settings.tls_cert is None or settings.tls_key is None:
        return []
    try:
        begin, end = Tls(settings.tls_cert, settings.tls_key).period()
    except SettingsError as error:
        to_do = "set both to PEM files that this user may read, of one certificate and its key"
        return [fault("tls", str(error), to_do)]
    now = datetime.now(UTC)
    if now > end:
        return [fault("tls", f"the certificate has expired: it ended {in_utc(end)}", RENEW)]
    if now < begin:
        found = f"the certificate begins only {in_utc(begin)}"
        return [fault("tls", found, "wait until then, or correct this machine's clock")]
    found = f"the certificate is good until {in_utc(end)}"
    return [warning("tls", found, RENEW) if end - now < SOON else ok("tls", found)]
