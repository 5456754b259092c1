"""The message: what is sent to a webhook, an event and what identifies it, and the headers by which
its receiver knows that it is ours (Standard Webhooks)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from standardwebhooks import Webhook as Signer

CONTENT_TYPE = "application/cloudevents+json"


@dataclass(frozen=True, slots=True)
class Message:
    """An event as JSON in UTF-8: the same bytes and the same id at each attempt."""

    id: str
    body: bytes


def headers_of(message: Message, secrets: Sequence[str], now: datetime) -> dict[str, str]:
    """The headers of an attempt at a time, signed with each of the secrets."""
    at = now.astimezone(UTC)  # the library takes whatever it gets for UTC
    text = message.body.decode()
    signatures = [Signer(secret).sign(message.id, at, text) for secret in secrets]
    return {
        "Content-Type": CONTENT_TYPE,
        "User-Agent": "kanal",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
