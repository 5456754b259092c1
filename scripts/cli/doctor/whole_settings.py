"""What of the settings only shows when they are taken together."""

from scripts.cli.doctor.finding import Finding, fault, ok, warning
from scripts.service.settings import Settings


def check_key_is_there(settings: Settings) -> list[Finding]:
    """Whether tokens can be verified, and which are good."""
    if not settings.has_token_key:
        if settings.is_loopback:
            return [
                warning(
                    "tokens",
                    "verified by a development secret, which anybody may have who reads"
                    f" {settings.data_dir}",
                    "for others than developers, set KANAL_JWT_ISSUER or KANAL_JWT_SECRET",
                )
            ]
        return [
            fault(
                "tokens",
                f"no key, and {settings.host} is not loopback: the start is refused",
                "set KANAL_JWT_ISSUER or KANAL_JWT_SECRET",
            )
        ]
    if settings.jwt_issuer and not settings.jwt_audience:
        return [
            warning(
                "tokens",
                "those that the issuer gives for any other application are good here",
                "set KANAL_JWT_AUDIENCE",
            )
        ]
    return [ok("tokens", "a key, and who may issue them for whom, are set")]
