"""The development secret: a random HS256 secret, for a service on loopback that is given no key."""

import os
import secrets
from pathlib import Path

from persistence.database.system_errors import in_words
from scripts.service.settings import Settings, SettingsError


def signing_secrets(settings: Settings) -> list[str]:
    """The HS256 secrets, with the first of which `kanal token` signs: those of KANAL_JWT_SECRET, or
    else the development secret.

    Raises SettingsError where tokens are verified with public keys only, or where the service would
    be reachable from outside with a secret that nobody chose.
    """
    if settings.jwt_secret is not None:
        return settings.jwt_secrets
    if settings.discovered_issuers:
        raise SettingsError(
            "tokens come from the provider (KANAL_JWT_ISSUER), an operator's too, and a key of your"
            " own would end the discovery of its keys; `kanal revoke` needs no token"
        )
    if settings.has_token_key:
        raise SettingsError(
            "tokens are verified with a public key; set KANAL_JWT_SECRET to sign some with it"
        )
    if not settings.is_loopback:
        raise SettingsError(
            f"KANAL_JWT_SECRET (or a public key) must be set to bind to {settings.host}:"
            " only loopback may do without"
        )
    return [_kept_secret(settings.data_dir / "jwt-secret")]


def _kept_secret(path: Path) -> str:
    """The secret in the file, which the first call makes, with mode 0600."""
    try:
        return _kept_text(path)
    except OSError as error:
        raise SettingsError(
            f"KANAL_DATA_DIR: the development secret cannot be kept there: {in_words(error)}"
        ) from error


def _kept_text(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(fresh, path)  # atomic: it appears whole, and fails if there is one by now
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text()
