"""`kanal webhooks`: an operator at the command line registers webhooks and changes them, in the
database, whether or not a service runs; one that does knows of it at once."""

import sys
from collections.abc import Awaitable, Callable, Sequence

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from persistence.database.pool import Database
from persistence.log.stored_events import StoredEvents
from persistence.webhooks.webhook_table import WebhookTable
from scripts.service.log_formats import escaped
from transport.operator.answers.webhooks import WebhookAnswer
from transport.operator.registrations import Registrations
from transport.public_addresses import Network
from transport.schemas.webhooks import (
    NewWebhookBody,
    WantedState,
    WebhookPatchBody,
    parse_webhook_id,
)
from transport.webhooks.destinations import Destinations


async def with_registrations(
    database_url: str,
    networks: Sequence[Network],
    act: Callable[[Registrations], Awaitable[None]],
) -> None:
    """Open the database, in whose log positions count, and have something done with the
    registrations. Raises Unavailable, and what that raises."""
    database = Database(database_url)
    await database.open()
    try:
        await act(
            Registrations(WebhookTable(database), StoredEvents(database), Destinations(networks))
        )
    finally:
        await database.close()


async def print_all(registrations: Registrations, *, as_json: bool) -> None:
    """Print a line for each."""
    webhooks = (await registrations.all()).webhooks
    if as_json:
        for webhook in webhooks:
            _print_json(webhook)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("webhook", "state", "position", "lag", "url", "last error"):
        right = heading in ("position", "lag")
        table.add_column(heading, justify="right" if right else "left", no_wrap=True)
    for webhook in webhooks:
        table.add_row(*map(Text, _cells(webhook)))
    # Outside a terminal lines are not wrapped.
    Console(width=None if sys.stdout.isatty() else 400).print(table)


async def add(registrations: Registrations, body: NewWebhookBody, *, as_json: bool) -> None:
    """Raises Invalid, PositionGone, TooManyWebhooks."""
    webhook = await registrations.add(body)
    if as_json:
        _print_json(webhook)
        return
    print(f"webhook {webhook.id} is told what lies behind position {webhook.position}")
    _print_secret(webhook)


async def show(registrations: Registrations, webhook_id: str, *, as_json: bool) -> None:
    """Raises NotFound."""
    webhook = await registrations.get(parse_webhook_id(webhook_id))
    if as_json:
        _print_json(webhook)
        return
    fields = {name: value for name, value in _fields(webhook).items() if value is not None}
    width = max(map(len, fields))
    for name, value in fields.items():
        text = ", ".join(value) if isinstance(value, list) else str(value)
        print(f"{name:{width}}  {escaped(text)}")


async def pause(registrations: Registrations, webhook_id: str) -> None:
    """Raises NotFound."""
    await _change(registrations, webhook_id, WebhookPatchBody(state=WantedState.PAUSED))


async def resume(registrations: Registrations, webhook_id: str) -> None:
    """Raises NotFound."""
    await _change(registrations, webhook_id, WebhookPatchBody(state=WantedState.ACTIVE))


async def replay(registrations: Registrations, webhook_id: str, after: str) -> None:
    """Raises NotFound, Invalid, PositionGone."""
    body = WebhookPatchBody(after=after, state=WantedState.ACTIVE)
    await _change(registrations, webhook_id, body)


async def new_secret(registrations: Registrations, webhook_id: str) -> None:
    """Raises NotFound."""
    await _change(registrations, webhook_id, WebhookPatchBody(new_secret=True))


async def remove(registrations: Registrations, webhook_id: str) -> None:
    """Raises NotFound."""
    removed = parse_webhook_id(webhook_id)
    await registrations.remove(removed)
    print(f"webhook {removed} was removed")


async def _change(registrations: Registrations, webhook_id: str, body: WebhookPatchBody) -> None:
    webhook = await registrations.change(parse_webhook_id(webhook_id), body)
    print(f"webhook {webhook.id} is {webhook.state}, at position {webhook.position}")
    if body.new_secret:
        _print_secret(webhook)
        print(f"until {webhook.previous_secret_until} the one before signs as well")


def _print_secret(webhook: WebhookAnswer) -> None:
    print(f"its secret, shown this once: {webhook.secret}")


def _print_json(webhook: WebhookAnswer) -> None:
    print(msgspec.json.encode(webhook).decode())


def _fields(webhook: WebhookAnswer) -> dict[str, object]:
    """As JSON has them."""
    fields: dict[str, object] = msgspec.to_builtins(webhook)
    return fields


def _cells(webhook: WebhookAnswer) -> tuple[str, ...]:
    return (
        webhook.id,
        webhook.state,
        str(webhook.position),
        str(webhook.lag),
        escaped(webhook.url),
        webhook.last_error or "-",
    )
