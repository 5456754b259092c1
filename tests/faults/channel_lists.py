"""Reads the channel lists as users have them, page by page."""

from collections.abc import Sequence

import httpx

from tests.faults.history import Model
from tests.support.clients import PATIENCE
from tests.support.http import bearer
from tests.support.tokens import token


async def read_list(http: httpx.AsyncClient, user: str, workspace: str, upto: int) -> list[Model]:
    """The channels of a workspace as of a position. Raises httpx.HTTPError where there is no answer
    or a refusal."""
    channels: list[Model] = []
    query = {"minPosition": str(upto), "limit": "200"}
    headers = bearer(token(user, (workspace,)))
    while True:
        answer = await http.get(f"/workspaces/{workspace}/channels", params=query, headers=headers)
        page = answer.raise_for_status().json()
        channels += page["channels"]
        if page["next"] is None:
            return channels
        query["after"] = page["next"]


async def read_lists(
    url: str, users: Sequence[str], workspaces: Sequence[str], *, upto: int
) -> dict[tuple[str, str], list[Model]]:
    """The channels as each user has them in each workspace, as of a position. Raises
    httpx.HTTPError."""
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as http:
        return {
            (user, workspace): await read_list(http, user, workspace, upto)
            for user in users
            for workspace in workspaces
        }
