"""The registrations of webhooks, as operators have them made and changed: over HTTP, and at the
command line."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

from msgspec import UNSET

from domain.description import checked_description
from persistence.log.epochs import Lineage
from persistence.log.stored_events import StoredEvents
from persistence.webhooks.webhook import SigningSecrets, Webhook, WebhookState
from persistence.webhooks.webhook_table import WebhookTable
from transport.errors import position_gone
from transport.operator.answers.webhooks import WebhookAnswer, WebhookList, webhook_answer
from transport.operator.webhook_rules import (
    AllowedUrls,
    checked_types,
    checked_url,
    checked_workspaces,
)
from transport.schemas.places import Place, parse_place
from transport.schemas.webhooks import After, NewWebhookBody, WantedState, WebhookPatchBody


@dataclass(frozen=True, slots=True)
class _Log:
    """The log as it is now."""

    lineage: Lineage
    head: int

    def check(self, place: Place) -> None:
        """Raises PositionGone where the log has not all that was read."""
        has_it = place.position <= self.head
        if not (has_it and self.lineage.includes(place.log_id, place.position)):
            raise position_gone(place.position, self.lineage.log_id)


class Registrations:
    """Every method raises Unavailable."""

    def __init__(self, table: WebhookTable, stored: StoredEvents, allowed: AllowedUrls) -> None:
        self._table = table
        self._stored = stored
        self._allowed = allowed

    async def all(self) -> WebhookList:
        """All of them, the oldest first."""
        webhooks, head = await self._table.all(), await self._stored.head()
        return WebhookList([webhook_answer(each, head) for each in webhooks], head)

    async def get(self, webhook_id: UUID) -> WebhookAnswer:
        """Raises NotFound."""
        return webhook_answer(await self._table.get(webhook_id), await self._stored.head())

    async def add(self, body: NewWebhookBody) -> WebhookAnswer:
        """Register a webhook; the answer has its secret. Raises Invalid, PositionGone,
        TooManyWebhooks."""
        url = await checked_url(body.url, self._allowed)
        log = await self._log()
        place = Place(log.head) if body.after is None else _place(body.after)
        log.check(place)
        webhook = Webhook(
            id=uuid4(),
            url=url,
            workspaces=checked_workspaces(body.workspaces),
            types=checked_types(body.types),
            description=checked_description(body.description),
            state=WebhookState.ACTIVE,
            log=log.lineage.epochs[-1].id,
            position=place.position,
            secrets=SigningSecrets.new(),
            created_at=datetime.now(UTC),
        )
        return webhook_answer(await self._table.add(webhook), log.head, with_secret=True)

    async def change(self, webhook_id: UUID, body: WebhookPatchBody) -> WebhookAnswer:
        """Change what the body names; the answer has a new secret, where one was asked for. Raises
        NotFound, Invalid, PositionGone."""
        fields: dict[str, object] = {}
        if body.url is not UNSET:
            fields["url"] = await checked_url(body.url, self._allowed)
        if body.workspaces is not UNSET:
            fields["workspaces"] = checked_workspaces(body.workspaces)
        if body.types is not UNSET:
            fields["types"] = checked_types(body.types)
        if body.description is not UNSET:
            fields["description"] = checked_description(body.description)
        log = await self._log()
        place = None if body.after is UNSET else _place(body.after)
        if place is not None:
            log.check(place)
        now = datetime.now(UTC)

        def alter(known: Webhook) -> Webhook:
            altered = replace(known, **fields)  # type: ignore[arg-type]
            if place is not None:
                altered = altered.going_on_after(log.lineage.epochs[-1].id, place.position)
            if body.state is WantedState.PAUSED:
                altered = altered.paused()
            elif body.state is WantedState.ACTIVE:
                altered = altered.resumed()
            if body.new_secret:
                altered = replace(altered, secrets=known.secrets.rolled_over(now))
            return altered

        changed = await self._table.change(webhook_id, alter)
        return webhook_answer(changed, log.head, with_secret=body.new_secret)

    async def remove(self, webhook_id: UUID) -> None:
        """Send to it no more, and forget it. Raises NotFound."""
        await self._table.remove(webhook_id)

    async def _log(self) -> _Log:
        return _Log(await self._stored.lineage(), await self._stored.head())


def _place(after: After) -> Place:
    """Raises Invalid."""
    return parse_place("after", str(after))
