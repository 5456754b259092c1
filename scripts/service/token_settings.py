"""The settings about tokens that are more than one text: several secrets, issuers and audiences,
the places of claims, the names of roles. A parser raises ValueError without quoting the value."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from domain.actor import Role
from transport.auth.claim_place import ClaimPlace
from transport.auth.keys import secret_key

MIN_SECRET_BYTES = 32
"""RFC 7518, 3.2: a key of the same size as the hash output, or larger."""


def split_list(value: object) -> object:
    """The parts between the commas, without the white space around them."""
    if not isinstance(value, str):
        return value
    return list(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))


def split_secrets(text: str) -> list[str]:
    """The secrets of a text, of which the first signs. A comma separates secrets where one of the
    parts is long enough to be one; else it belongs to the only secret, as it always did."""
    parts = [part.strip() for part in text.split(",")]
    is_several = len(parts) > 1 and any(map(_is_long_enough, parts))
    secrets = [part for part in parts if part] if is_several else [text]
    if not all(map(_is_long_enough, secrets)):
        each = "each of them " if is_several else ""
        raise ValueError(f"{each}must be at least {MIN_SECRET_BYTES} bytes long")
    return secrets


def _is_long_enough(secret: str) -> bool:
    return len(secret.encode()) >= MIN_SECRET_BYTES


def _check_secrets(value: SecretStr) -> SecretStr:
    for secret in split_secrets(value.get_secret_value()):
        secret_key(secret)
    return value


def check_url(url: str) -> str:
    """`url` itself, if it is an http or https URL that holds no password. Raises ValueError."""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # whose message quotes a part of it
        is_web = False
    if not is_web:
        raise ValueError("must be an http or https URL")
    if "@" in parts.netloc:
        raise ValueError("must not hold a user or a password")
    return url


def check_discoverable(issuer: str) -> None:
    """An issuer whose configuration can be discovered (OpenID Connect Discovery 1.0, 2). Raises
    ValueError."""
    check_url(issuer)
    parts = urlsplit(issuer)
    if parts.query or parts.fragment:
        raise ValueError("must have neither a query nor a fragment")


def _parse_place(value: object) -> object:
    return ClaimPlace.parse(value) if isinstance(value, str) else value


def _parse_roles(value: object) -> object:
    if not isinstance(value, str):
        return value
    roles: dict[str, Role] = {}
    for pair in value.split(","):
        name, equals, role = (part.strip() for part in pair.rpartition("="))
        if not equals or not name or role not in list(Role):
            raise ValueError(
                f"must be NAME=ROLE, comma-separated; a role is one of {', '.join(list(Role))}"
            )
        if name in roles:
            raise ValueError("must give each name one role")
        roles[name] = Role(role)
    return roles


SecretsSetting = Annotated[SecretStr, AfterValidator(_check_secrets)]


def _check_base(url: str) -> str:
    check_discoverable(url)
    return url


BaseUrlSetting = Annotated[str, AfterValidator(_check_base)]
"""A URL to which a path is added."""

UrlSetting = Annotated[str, AfterValidator(check_url)]
ListSetting = Annotated[list[str], BeforeValidator(split_list), Field(min_length=1)]
PlaceSetting = Annotated[ClaimPlace, BeforeValidator(_parse_place)]
RolesSetting = Annotated[dict[str, Role], BeforeValidator(_parse_roles)]
