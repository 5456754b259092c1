"""The port: free, or one at which Kanal answers already."""

import errno
from pathlib import Path

import httpx
import msgspec

from scripts.cli.doctor.finding import Finding, fault, ok
from scripts.service.host_setting import socket_path
from scripts.service.listening.tcp_socket import bind_port
from scripts.service.listening.unix_socket import check_unix_socket
from scripts.service.settings import Settings
from transport.schemas.answers import Health

ANSWERS_WITHIN = 2.0
"""Seconds."""


async def check_port(settings: Settings) -> Finding:
    if path := socket_path(settings.host):
        return _socket(path)
    place = f"{settings.host}:{settings.port}"
    try:
        bind_port(settings.host, settings.port).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return await _in_use(settings, place)
        to_do = "set KANAL_HOST and KANAL_PORT to an address of this machine and a port that this"
        return fault("port", f"{place}: {error.strerror}", f"{to_do} user may have")
    return ok("port", f"{place} is free")


def _socket(path: Path) -> Finding:
    try:
        check_unix_socket(path)
    except OSError as error:
        to_do = (
            "set KANAL_HOST to a path where nothing is, in a directory that this user may write to"
        )
        return fault("port", f"{path}: {error.strerror}", to_do)
    return ok("port", f"{path} is free")


async def _in_use(settings: Settings, place: str) -> Finding:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    bracketed = f"[{host}]" if ":" in host else host
    if await is_live(f"{settings.scheme}://{bracketed}:{settings.port}{settings.base_path}"):
        # A proxy in front of it may hold the port: who does is not in the answer.
        answers = f"Kanal answers at {place}, by itself or through a proxy"
        return ok("port", f"{answers}; a second service cannot listen there")
    return fault(
        "port", f"{place} is taken by another program", "stop that, or set KANAL_PORT to another"
    )


async def is_live(base: str) -> bool:
    """Whether Kanal answers there. Raises httpx.ConnectError where nothing does."""
    # Directly, as other nodes do: not by a proxy that the environment names.
    # Whose certificate it has is not the question.
    async with httpx.AsyncClient(
        timeout=ANSWERS_WITHIN,
        trust_env=False,
        verify=False,  # noqa: S501
    ) as client:
        try:
            answer = await client.get(f"{base}/health/live")
        except httpx.ConnectError:
            raise
        except httpx.HTTPError:
            return False
    try:
        return msgspec.json.decode(answer.content, type=Health).status == "live"
    except msgspec.DecodeError:
        return False
