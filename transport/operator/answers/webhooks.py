"""The shapes of webhooks, as their operators see them."""

from datetime import datetime
from typing import Annotated, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from persistence.webhooks.webhook import Webhook, WebhookState
from projections.representations import Moment, rfc3339

WebhookId: TypeAlias = Annotated[str, msgspec.Meta(extra_json_schema={"format": "uuid"})]


class WebhookAnswer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A webhook, and how far it has come."""

    id: WebhookId
    url: str
    workspaces: Annotated[list[str], msgspec.Meta(description="null: all")] | None
    types: Annotated[list[str], msgspec.Meta(description="null: all")] | None
    description: str | None
    state: Annotated[
        WebhookState,
        msgspec.Meta(
            description="`paused` by an operator; `failing`: by the service, since it has failed"
            " for too long. Its position is kept"
        ),
    ]
    log: Annotated[str, msgspec.Meta(description="the log that `position` belongs to")]
    position: Annotated[int, msgspec.Meta(ge=0, description="all up to here is delivered")]
    ahead: Annotated[int, msgspec.Meta(ge=0, description="events delivered beyond it")]
    lag: Annotated[int, msgspec.Meta(ge=0, description="positions from there to the log's end")]
    created_at: Moment
    attempts: Annotated[
        int, msgspec.Meta(ge=0, description="that have failed since the last that went well")
    ]
    failing_since: Annotated[Moment, msgspec.Meta(description="null: it does not fail")] | None
    last_status: Annotated[int, msgspec.Meta(description="null: no answer")] | None
    last_error: Annotated[str, msgspec.Meta(description="null: the last one went well")] | None
    last_attempt_at: Annotated[Moment, msgspec.Meta(description="null: there was none")] | None
    next_attempt_at: Annotated[Moment, msgspec.Meta(description="null: at once, or none")] | None
    previous_secret_until: (
        Annotated[Moment, msgspec.Meta(description="until then the one before signs as well")]
        | None
    )
    secret: (
        Annotated[
            str,
            msgspec.Meta(
                description="`whsec_<base64>` (Standard Webhooks): in the answer that it was made"
                " for, and never again"
            ),
        ]
        | UnsetType
    ) = UNSET

    def __repr__(self) -> str:
        return f"WebhookAnswer(id={self.id!r})"


class WebhookList(msgspec.Struct, frozen=True):
    """The answer of `GET /webhooks`: all there are, the oldest first."""

    webhooks: list[WebhookAnswer]
    position: Annotated[int, msgspec.Meta(ge=0, description="the log's end")]


def webhook_answer(webhook: Webhook, head: int, *, with_secret: bool = False) -> WebhookAnswer:
    """A webhook of a log that ends at `head`."""
    return WebhookAnswer(
        id=str(webhook.id),
        url=webhook.url,
        workspaces=None if webhook.workspaces is None else list(webhook.workspaces),
        types=None if webhook.types is None else list(webhook.types),
        description=webhook.description,
        state=webhook.state,
        log=str(webhook.log),
        position=webhook.position,
        ahead=len(webhook.ahead),
        lag=max(head - webhook.position, 0),
        created_at=rfc3339(webhook.created_at),
        attempts=webhook.attempts,
        failing_since=_moment(webhook.failing_since),
        last_status=webhook.last_status,
        last_error=webhook.last_error,
        last_attempt_at=_moment(webhook.last_attempt_at),
        next_attempt_at=_moment(webhook.next_attempt_at),
        previous_secret_until=_moment(webhook.secrets.previous_until),
        secret=webhook.secrets.current if with_secret else UNSET,
    )


def _moment(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)
