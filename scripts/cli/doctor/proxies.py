"""The proxies: whose headers are believed about the address of a client."""

from scripts.cli.doctor.finding import Finding, fault, ok, warning
from scripts.service.settings import Settings
from transport.limits.client_address import UNIX_SOCKET

LARGEST_PUBLIC = 2**12
"""Addresses of the public internet in one network, at which it is a provider's more than a
proxy's."""


def check_proxies(settings: Settings) -> list[Finding]:
    if not settings.trusted_proxies:
        return [ok("proxies", "none is trusted: a client's address is that from which it connects")]
    findings = []
    for network in settings.trusted_proxies:
        if network == UNIX_SOCKET:
            continue  # its mode says who that is
        if network.prefixlen == 0:
            findings.append(
                fault(
                    "proxies",
                    f"{network} is everybody: each client may say that it has any address, and so"
                    " evade the limits",
                    "name the addresses of your proxies in KANAL_TRUSTED_PROXIES",
                )
            )
        elif network.is_global and network.num_addresses >= LARGEST_PUBLIC:
            findings.append(
                warning(
                    "proxies",
                    f"{network} is {network.num_addresses:,} addresses of the public internet",
                    "make sure that all of them are proxies of yours",
                )
            )
    return findings or [ok("proxies", f"trusted: {', '.join(map(str, settings.trusted_proxies))}")]
