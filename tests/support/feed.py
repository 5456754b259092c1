"""The feed as its readers have it: pages of `GET /log`."""

from typing import Any

import httpx

from tests.support.clients import PATIENCE
from tests.support.tokens import token

READ_LOG = "kanal:read-log"


def reading_all() -> str:
    """A token for the whole log and no workspace."""
    return token("a service", (), scope=READ_LOG)


async def feed_page(url: str, access: str, **query: Any) -> httpx.Response:
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, verify=False) as client:
        return await client.get("/log", params=query, headers={"Authorization": f"Bearer {access}"})


async def read_feed(url: str, access: str, *, after: int = 0, **query: Any) -> list[Any]:
    """All events beyond a position, page by page."""
    events: list[Any] = []
    while True:
        response = await feed_page(url, access, after=after, **query)
        assert response.status_code == 200, response.text
        page = response.json()
        events += page["events"]
        if page["position"] == after:
            return events
        assert page["position"] > after
        after = page["position"]


def heard_as(event: Any) -> list[tuple[str, Any]]:
    """What a socket hears where a user's feed tells an event: names, with their payloads."""
    data, name = event["data"], event["type"].replace(".", "-")
    match event["type"]:
        case "channel.created":
            joined = [("channel-member-added", data["member"])] if "member" in data else []
            return [(name, data["channel"]), *joined]
        case "channel.updated":
            return [(name, data["channel"])]
        case "channel.deleted":
            return [(name, data)]
        case _:
            return [(name, data["member"])]
