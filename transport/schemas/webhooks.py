"""The bodies by which an operator registers a webhook and changes it."""

from enum import StrEnum
from typing import Annotated, TypeAlias
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from domain.channel_fields import Description
from domain.errors import NotFound
from persistence.log.epochs import GREATEST
from projections.feed.reader import TYPES
from transport.schemas.fields import Identifier
from transport.schemas.places import PLACE_PATTERN

MAX_URL_LENGTH = 2_000
"""Characters."""

MAX_WORKSPACES = 1_000
"""That a webhook may name."""

Url: TypeAlias = Annotated[
    str,
    msgspec.Meta(
        description="https, or http where KANAL_WEBHOOK_NETWORKS has its address; without a user"
        " and a fragment",
        extra_json_schema={"format": "uri", "maxLength": MAX_URL_LENGTH},
    ),
]
Workspaces: TypeAlias = Annotated[
    list[Identifier],
    msgspec.Meta(
        description="events of these alone; null: of all",
        extra_json_schema={"minItems": 1, "maxItems": MAX_WORKSPACES},
    ),
]
Types: TypeAlias = Annotated[
    list[Annotated[str, msgspec.Meta(extra_json_schema={"enum": list(TYPES)})]],
    msgspec.Meta(
        description="events of these alone; null: of all", extra_json_schema={"minItems": 1}
    ),
]
After: TypeAlias = (
    Annotated[int, msgspec.Meta(ge=0, le=GREATEST, description="a position of this log")]
    | Annotated[
        str,
        msgspec.Meta(
            description="the same as text, or the id of an event",
            extra_json_schema={"pattern": PLACE_PATTERN},
        ),
    ]
)


class WantedState(StrEnum):
    """What an operator can have a webhook be."""

    ACTIVE = "active"
    PAUSED = "paused"


class NewWebhookBody(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """The body of `POST /webhooks`. It is told what lies beyond `after`: without that, what happens
    from now on."""

    url: Url
    workspaces: Workspaces | None = None
    types: Types | None = None
    description: Description | None = None
    after: After | None = None


class WebhookPatchBody(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    """The body of `PATCH /webhooks/{webhookId}`: what is to be another, and nothing else is."""

    url: Url | UnsetType = UNSET
    workspaces: Workspaces | UnsetType | None = UNSET
    types: Types | UnsetType | None = UNSET
    description: Description | UnsetType | None = UNSET
    state: (
        Annotated[WantedState, msgspec.Meta(description="`active` also resumes a `failing` one")]
        | UnsetType
    ) = UNSET
    after: (
        Annotated[After, msgspec.Meta(description="it goes on with what lies beyond")] | UnsetType
    ) = UNSET
    new_secret: Annotated[
        bool,
        msgspec.Meta(
            description="true: it gets a new secret, which is answered; the one until now signs"
            " beside it for 24 hours"
        ),
    ] = False


def parse_webhook_id(text: str) -> UUID:
    """The webhook id in a path or at the command line. Raises NotFound."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("there is no such webhook: its id is a UUID") from None
