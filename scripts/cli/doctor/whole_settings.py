"""What of the settings only shows when they are taken together."""

from scripts.cli.doctor.finding import Finding, fault, ok, warning
from scripts.service.settings import Settings
from scripts.service.token_settings import check_discoverable


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
    if undiscovered := _undiscovered(settings):
        return [
            warning(
                "tokens",
                "KANAL_JWT_ISSUER and a key are both set, so the issuer's keys are not discovered:"
                f" what {', '.join(undiscovered)} signs with keys of its own is refused",
                "unset KANAL_JWT_SECRET and KANAL_JWT_PUBLIC_KEY; all is well if the key is the"
                " issuer's",
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


def _undiscovered(settings: Settings) -> list[str]:
    """The issuers whose keys would be discovered if there were not one already."""
    if settings.discovered_issuers or settings.jwt_jwks_url:
        return []
    return [issuer for issuer in settings.jwt_issuer or () if _is_discoverable(issuer)]


def _is_discoverable(issuer: str) -> bool:
    try:
        check_discoverable(issuer)
    except ValueError:
        return False
    return True
