"""The list of a workspace, fetched page by page, each of which reflects a position of its own."""

import asyncio
from collections.abc import Callable

import msgspec

from kanal_client.errors import KanalError
from kanal_client.models import Channel
from kanal_client.requests import NEVER_ENDS, Request, Requests, answer_of, wrong_url
from kanal_client.waiting import backoff

LARGEST_PAGE = 200


class _Page(msgspec.Struct, frozen=True):
    channels: list[Channel]
    next: str | None
    position: int


async def fetch_list(
    requests: Requests,
    workspace: str,
    *,
    token: str,
    log: str,
    position: int,
    on_repeat: Callable[[KanalError], None],
) -> tuple[list[Channel], int]:
    """All channels, and the last position that one of the pages reflects: with what was heard from
    `position` of the `log` up to there, the list is as of that position.

    Tried until it is there; `on_repeat` is told why it takes longer. Raises KanalError where it is
    refused.
    """
    attempt = 0
    while True:
        channels: list[Channel] = []
        upto = position
        after: dict[str, str] = {}
        seen: set[str] = set()
        while True:
            query: dict[str, str | int] = {"limit": LARGEST_PAGE, "minPosition": upto, **after}
            path = ("workspaces", workspace, "channels")
            request = Request("GET", path, query, token=token, on_repeat=on_repeat)
            response = await requests.send(request, patience=NEVER_ENDS)
            if response.headers.get("X-Log-ID") != log:
                break  # a node knows sooner that the log was rewound; the connection ends then
            page = answer_of(response, _Page)
            channels += page.channels
            upto = max(upto, page.position)
            if page.next is None:
                return channels, upto
            if page.next in seen:  # it would not end
                raise wrong_url(response)
            seen.add(page.next)
            after = {"after": page.next}
        attempt += 1
        await asyncio.sleep(backoff(attempt))
