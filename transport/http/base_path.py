"""The base path: the prefix below which a proxy serves Kanal, such as `/kanal`; empty without one.

Some proxies take it off the path of a request, some pass it on. Both are answered: within the
service a path is without it, and whatever leads a client back to the service has it.
"""

from sanic.request import Request

FIRST_SEGMENTS = frozenset(
    {
        "workspaces", "revocations", "operator", "console", "log", "webhooks", "health",
        "docs", "openapi.json", "asyncapi.json", "socket.io",
    }
)  # fmt: skip
"""What our own paths begin with. A base path that does too could not be told from them where a
proxy takes it off."""


def without_base_path(path: str, base_path: str) -> str:
    """The path within the service of one that a client, or a proxy, has sent."""
    if base_path and (path == base_path or path.startswith(f"{base_path}/")):
        return path[len(base_path) :] or "/"
    return path


def public_path(request: Request) -> str:
    """The path of a request as the client has sent it, which the proxy may have shortened."""
    return f"{request.app.ctx.base_path}{request.path}"
