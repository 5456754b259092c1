"""What `kanal serve` prints once it accepts requests: where it listens, and a line to paste."""

import json
import logging
import shlex

from domain.actor import Role
from scripts.service.console_link import GOOD_FOR, console_link, has_console_link
from scripts.service.host_setting import socket_path
from scripts.service.settings import Settings, SettingsError
from scripts.service.signed_token import (
    DEVELOPMENT_TTL,
    DEVELOPMENT_USER,
    DEVELOPMENT_WORKSPACE,
    sign_token,
)

logger = logging.getLogger(__name__)


def place(settings: Settings, port: int) -> str:
    """Where it listens: a URL, or `unix:` and a path."""
    if socket_path(settings.host):
        return settings.host
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{settings.scheme}://{host}:{port}"


def greeting(settings: Settings, port: int) -> str:
    """Of a service that listens at the host of the settings and this port. With the development
    secret it has a token."""
    path = socket_path(settings.host)
    where = place(settings, port)
    base = (f"{settings.scheme}://localhost" if path else where) + settings.base_path
    curl = f"curl --unix-socket {shlex.quote(str(path))}" if path else "curl"
    docs = f"{curl} {base}/docs" if path else f"{base}/docs"
    lines = ["", f"  Kanal listens on {where}", f"  The API, described: {docs}", ""]
    if has_console_link(settings) and not path:  # no browser goes to a socket of the file system
        try:
            link = console_link(settings, base)
        except OSError as error:
            logger.warning("there is no link to the console: %s", error)
        else:
            within = f"within {GOOD_FOR // 3600} hours"
            lines += [f"  The console, signed in once, {within}:", f"  {link}", ""]
    if settings.has_token_key:
        return "\n".join(lines)
    ttl = min(DEVELOPMENT_TTL, settings.jwt_max_lifetime)
    try:
        signed = sign_token(settings, DEVELOPMENT_USER, {DEVELOPMENT_WORKSPACE: Role.ADMIN}, ttl)
    except SettingsError as error:
        return "\n".join([*lines, f"  There is no token to begin with: {error}", ""])
    body = json.dumps({"name": "general"})
    lines += [
        f"  A token for the user {DEVELOPMENT_USER!r} in the workspace"
        f" {DEVELOPMENT_WORKSPACE!r}, good for {ttl / 86_400:.3g} days:",
        "",
        f"TOKEN={signed}",
        "",
        "  Create a channel:",
        "",
        f"{curl} -i {base}/workspaces/{DEVELOPMENT_WORKSPACE}/channels"
        ' -H "Authorization: Bearer $TOKEN"'
        f" -H 'Content-Type: application/json' -d '{body}'",
        "",
    ]
    return "\n".join(lines)
