"""The networks that are not public and to which webhooks may be sent."""

from scripts.cli.doctor.finding import Finding, ok, warning
from scripts.service.settings import Settings


def check_webhook_networks(settings: Settings) -> list[Finding]:
    """Nothing is said where there are none."""
    networks = settings.webhook_networks
    findings = [
        warning(
            "webhooks",
            f"{network} is everything: an operator may have events sent to this machine, and to"
            " all that it reaches",
            "name the networks of your receivers in KANAL_WEBHOOK_NETWORKS",
        )
        for network in networks
        if network.prefixlen == 0
    ]
    if networks and not findings:
        allowed = ", ".join(map(str, networks))
        return [ok("webhooks", f"may be sent to these networks as well: {allowed}")]
    return findings
