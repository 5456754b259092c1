"""Reads the channel list as a user has it, page by page."""

import httpx

from tests.faults.history import Model
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
