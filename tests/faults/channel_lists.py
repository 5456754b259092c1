"""Reads the channel lists as users have them, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from tests.faults.history import Model
from tests.support.clients import PATIENCE
from tests.support.http import bearer
from tests.support.tokens import token


@dataclass
class Listed:
    """The channels of a workspace. What follows `position` in the log is told to whoever goes on
    from there; some of it may be listed already, for a list is read in pages."""

    log: str
    position: int
    channels: list[Model] = field(default_factory=list)


async def read_list(http: httpx.AsyncClient, access: str, workspace: str, upto: int = 0) -> Listed:
    """The channels of a workspace as of a position or later. Raises httpx.HTTPError where there is
    no answer or a refusal, and where the log became another one meanwhile."""
    listed: Listed | None = None
    query = {"minPosition": str(upto), "limit": "200"}
    while True:
        answer = await http.get(
            f"/workspaces/{workspace}/channels", params=query, headers=bearer(access)
        )
        page, log = answer.raise_for_status().json(), answer.headers["X-Log-ID"]
        listed = listed or Listed(log, page["position"])
        if listed.log != log:
            raise httpx.RemoteProtocolError("the log is another one by now")
        listed.channels += page["channels"]
        if page["next"] is None:
            return listed
        query["after"] = page["next"]


async def read_lists(
    url: str, users: Sequence[str], workspaces: Sequence[str], *, upto: int
) -> dict[tuple[str, str], list[Model]]:
    """The channels as each user has them in each workspace, as of a position. Raises
    httpx.HTTPError."""
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as http:
        return {
            (user, workspace): (
                await read_list(http, token(user, (workspace,)), workspace, upto)
            ).channels
            for user in users
            for workspace in workspaces
        }
