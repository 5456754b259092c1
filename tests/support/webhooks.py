"""Webhooks for tests of what is stored of them, and of what is sent."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from persistence.webhooks.webhook import SigningSecrets, Webhook, WebhookState
from tests.support.outputs import OUTPUTS

A_LOG = UUID("00000000-0000-0000-0000-00000000000a")


def webhook(**fields: Any) -> Webhook:
    """An active webhook for everything, with nothing delivered, and secrets of its own."""
    secrets = SigningSecrets.new()
    OUTPUTS.must_not_show(secrets.current)
    given = {
        "id": uuid4(),
        "url": "https://receiver.example/hooks",
        "workspaces": None,
        "types": None,
        "description": None,
        "state": WebhookState.ACTIVE,
        "log": A_LOG,
        "position": 0,
        "secrets": secrets,
        "created_at": datetime.now(UTC),
    }
    return Webhook(**{**given, **fields})
