"""The list of a workspace, fetched page by page, each of which reflects a position of its own."""

import asyncio

import msgspec

from kanal_client.models import Channel
from kanal_client.requests import NEVER_ENDS, Request, Requests
from kanal_client.waiting import backoff

LARGEST_PAGE = 200


class _Page(msgspec.Struct, frozen=True):
    channels: list[Channel]
    next: str | None
    position: int


_PAGE = msgspec.json.Decoder(_Page)


async def fetch_list(
    requests: Requests, workspace: str, *, token: str, log: str, position: int
) -> tuple[list[Channel], int]:
    """All channels, and the last position that one of the pages reflects: with what was heard from
    `position` of the `log` up to there, the list is as of that position.

    Tried until it is there. Raises KanalError where it is refused.
    """
    attempt = 0
    while True:
        channels: list[Channel] = []
        upto = position
        after: dict[str, str] = {}
        while True:
            query: dict[str, str | int] = {"limit": LARGEST_PAGE, "minPosition": upto, **after}
            path = ("workspaces", workspace, "channels")
            request = Request("GET", path, query, token=token)
            response = await requests.send(request, patience=NEVER_ENDS)
            if response.headers.get("X-Log-ID") != log:
                break  # a node knows sooner that the log was rewound; the connection ends then
            page = _PAGE.decode(response.content)
            channels += page.channels
            upto = max(upto, page.position)
            if page.next is None:
                return channels, upto
            after = {"after": page.next}
        attempt += 1
        await asyncio.sleep(backoff(attempt))
