"""The address by which the other nodes reach this one."""

import httpx

from scripts.cli.doctor.finding import Finding, fault, ok, warning
from scripts.cli.doctor.port import is_live
from scripts.service.settings import Settings


async def check_node_address(settings: Settings) -> list[Finding]:
    """Nothing is said where none is set: a node then finds out by itself."""
    url = settings.node_url
    if url is None:
        return []
    try:
        found = await is_live(url.removesuffix("/"))
    except httpx.ConnectError as error:
        return [
            warning(
                "node",
                f"nothing answers at {url}: {error}",
                "all is well if this node is not running yet; else set KANAL_NODE_URL to where the"
                " other nodes reach it",
            )
        ]
    if not found:
        return [
            fault(
                "node",
                f"what answers at {url} is not Kanal",
                "set KANAL_NODE_URL to this node itself, with its base path if it has one",
            )
        ]
    return [ok("node", f"Kanal answers at {url}")]
