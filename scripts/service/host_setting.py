"""The types of the settings that say where to listen: KANAL_HOST, a host or the path of a socket of
the file system, and KANAL_SOCKET_MODE, who may connect to that."""

from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field

UNIX = "unix:"
"""With what a host begins that is a socket of the file system, as in nginx's files."""


def socket_path(host: str) -> Path | None:
    """The path of the socket of the file system; None where the host is one."""
    return Path(host.removeprefix(UNIX)) if host.startswith(UNIX) else None


def _host(text: str) -> str:
    path = socket_path(text)
    if path is not None and ("\0" in text or not path.is_absolute() or not path.name):
        raise ValueError("must be a host, or unix: and an absolute path, unix:/run/kanal.sock")
    return text


def _mode(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return int(value, 8)
    except ValueError:
        raise ValueError("must be a mode as chmod takes it, such as 660") from None


HostSetting: TypeAlias = Annotated[str, AfterValidator(_host)]
"""`127.0.0.1`, `kanal.example`, `::`, or `unix:/run/kanal/kanal.sock`."""

SocketModeSetting: TypeAlias = Annotated[int, Field(ge=0, le=0o777), BeforeValidator(_mode)]
"""Octal, `660`."""
