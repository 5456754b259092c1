"""The list as of a position, as the service answers it, in the order that kanal-client gives it."""

from typing import Any

from tests.support.channels import api


async def listed(url: str, workspace: str, position: int, user: str = "alice") -> list[Any]:
    """All channels that a user could see at a position, by the moment of their creation: what is
    created at once may be recorded the other way round."""
    found: list[Any] = []
    query: dict[str, Any] = {"limit": 200, "at": position}
    async with api(url, workspace, user) as http:
        while True:
            page = (await http.get("", params=query)).raise_for_status().json()
            found += page["channels"]
            if page["next"] is None:
                return sorted(found, key=lambda channel: (channel["createdAt"], channel["id"]))
            query["after"] = page["next"]
