"""The link with which a development service lets its developer into the console: on loopback, with
the secret that it has made for itself, and nowhere else."""

from sanic import Blueprint

from domain.actor import Role
from scripts.service.console_codes import GOOD_FOR, ConsoleCodes
from scripts.service.settings import Settings
from scripts.service.signed_token import DEVELOPMENT_USER, DEVELOPMENT_WORKSPACE, sign_token
from transport.http.console_sign_in import create_sign_in_route

__all__ = ["GOOD_FOR", "console_link", "console_link_routes", "has_console_link"]

TOKEN_TTL = 12 * 3600
"""Seconds that the console's token is good for."""


def has_console_link(settings: Settings) -> bool:
    """Whether a service with these settings has one."""
    return settings.is_loopback and not settings.has_token_key


def console_link(settings: Settings, base: str) -> str:
    """The console below `base`, with a fresh code in the fragment. Raises OSError."""
    return f"{base}/console#code={_codes(settings).issue()}"


def console_link_routes(settings: Settings) -> list[Blueprint]:
    """The route that takes the code; none where there is no link."""
    if not has_console_link(settings):
        return []
    codes = _codes(settings)

    def exchange(code: str) -> str | None:
        if not codes.take(code):
            return None
        ttl = min(TOKEN_TTL, settings.jwt_max_lifetime)
        roles = {DEVELOPMENT_WORKSPACE: Role.ADMIN}
        return sign_token(settings, DEVELOPMENT_USER, roles, ttl, ["kanal:operate"])

    return [create_sign_in_route(exchange)]


def _codes(settings: Settings) -> ConsoleCodes:
    return ConsoleCodes(settings.data_dir / "console-codes")
