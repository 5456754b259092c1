"""`kanal channels`: the channels of a workspace as they are or were, as a table or as JSON
lines."""

import sys
from collections.abc import AsyncIterator
from datetime import datetime

import msgspec
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from domain.errors import Invalid
from projections.representations import ChannelModel
from projections.views.past_channels import PastChannels
from scripts.cli.open_log import open_log

PAGE_SIZE = 200


async def print_channels(
    database_url: str, workspace_id: str, *, at: str | None, user_id: str | None, as_json: bool
) -> None:
    """Print the channels as of a position or a time, or now: those that a user could see, or all.

    Raises Invalid, Unavailable, UndecodableEvent.
    """
    wanted = parse_place(at) if at is not None else None
    async with open_log(database_url) as opened:
        past = PastChannels(opened.log, opened.stored)
        match wanted:
            case None:
                position = await opened.log.head()
            case datetime():
                position = await past.position_of(wanted)
            case _:
                position = wanted
        channels = _all(past, workspace_id, user_id, position)
        if as_json or not sys.stdout.isatty():
            async for channel in channels:
                print(msgspec.json.encode(channel).decode())
        else:
            seen_by = f", as {user_id} saw them" if user_id is not None else ""
            table = _table(f"{workspace_id} at position {position}{seen_by}")
            async for channel in channels:
                table.add_row(*_cells(channel))
            Console().print(table)


def parse_place(text: str) -> int | datetime:
    """The value of `--at`: a position, or a time with its zone (RFC 3339). Raises Invalid."""
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(
            f"--at {text}: a position of the log, or a time with its zone, such as"
            " 2026-01-31T10:28:19Z"
        )
    return moment


async def _all(
    past: PastChannels, workspace_id: str, user_id: str | None, position: int
) -> AsyncIterator[ChannelModel]:
    place: int | None = 0
    while place is not None:
        page = await past.page(workspace_id, user_id, at=position, limit=PAGE_SIZE, after=place)
        for channel in page.channels:
            yield channel
        place = page.next


def _table(title: str) -> Table:
    table = Table(title=Text(title), title_justify="left", box=SIMPLE)
    table.add_column("name", overflow="fold")
    table.add_column("id", no_wrap=True)
    for column in ("seen by", "creator", "updated"):
        table.add_column(column)
    for column in ("version", "position"):
        table.add_column(column, justify="right")
    return table


def _cells(channel: ChannelModel) -> list[Text]:
    """The cells of a row, as plain text: rich must not take names for markup."""
    updated_at = channel.updated_at[: len("2026-01-31T10:28:19")] + "Z"
    texts = (
        channel.name,
        channel.id,
        "members" if channel.is_private else "all",
        channel.creator_id,
        updated_at,
        str(channel.version),
        str(channel.position),
    )
    return [Text(text) for text in texts]
