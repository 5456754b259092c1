"""The port: free, or served by Kanal already."""

import errno

import httpx
import msgspec

from scripts.cli.doctor.finding import Finding, fault, ok
from scripts.service.listener import bind
from scripts.service.settings import Settings
from transport.schemas.answers import Health

ANSWERS_WITHIN = 2.0
"""Seconds."""


async def check_port(settings: Settings) -> Finding:
    place = f"{settings.host}:{settings.port}"
    try:
        bind(settings).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return await _in_use(settings, place)
        to_do = "set KANAL_HOST and KANAL_PORT to an address of this machine and a port that this"
        return fault("port", f"{place}: {error.strerror}", f"{to_do} user may have")
    return ok("port", f"{place} is free")


async def _in_use(settings: Settings, place: str) -> Finding:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    bracketed = f"[{host}]" if ":" in host else host
    if await is_live(f"http://{bracketed}:{settings.port}{settings.base_path}"):
        return ok("port", f"{place} is served by Kanal already")
    return fault(
        "port", f"{place} is taken by another program", "stop that, or set KANAL_PORT to another"
    )


async def is_live(base: str) -> bool:
    """Whether Kanal answers there. Raises httpx.ConnectError where nothing does."""
    # Directly, as other nodes do: not by a proxy that the environment names.
    async with httpx.AsyncClient(timeout=ANSWERS_WITHIN, trust_env=False) as client:
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
