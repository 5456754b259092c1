"""Identifiers: the rules for ids from outside, and the ids that are derived from a name or a key.

With a derived id (UUID version 5, RFC 9562) two commands about the same name or key append to the
same stream, and one of them gets a stream conflict.
"""

import re
from uuid import UUID, uuid5

from domain.errors import Invalid

MAX_ID_LENGTH = 128
MAX_IDEMPOTENCY_KEY_LENGTH = 255

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SURROGATES = re.compile("[\ud800-\udfff]")

_NAMES = UUID("6a0e2a5c-6e0b-4cf0-9d0e-0b9a6a1d7b01")
_KEYS = UUID("6a0e2a5c-6e0b-4cf0-9d0e-0b9a6a1d7b02")


def has_control_characters(text: str) -> bool:
    """Whether any character is a control (Unicode Cc) or a lone surrogate (Cs)."""
    return _CONTROLS.search(text) is not None


def has_lone_surrogate(text: str) -> bool:
    """Whether the text can be read from JSON but not be encoded: half of a UTF-16 pair, alone."""
    return _SURROGATES.search(text) is not None


def checked_id(what: str, value: str) -> str:
    """`value` itself, if it can be an identifier; `what` names it in the refusal.

    Raises Invalid.
    """
    if not 1 <= len(value) <= MAX_ID_LENGTH or has_control_characters(value):
        raise Invalid(f"{what} must be 1 to {MAX_ID_LENGTH} characters, none a control character")
    return value


def checked_idempotency_key(key: str | None) -> str | None:
    """`key` itself, if it is None or can be an idempotency key. Raises Invalid."""
    if key is None:
        return None
    if not 1 <= len(key) <= MAX_IDEMPOTENCY_KEY_LENGTH:
        raise Invalid(f"the idempotency key must be 1 to {MAX_IDEMPOTENCY_KEY_LENGTH} characters")
    if has_lone_surrogate(key):
        raise Invalid("the idempotency key must not contain a lone surrogate")
    return key


def name_stream_id(workspace_id: str, name_key: str) -> UUID:
    """The id of the stream of a name in a workspace."""
    return uuid5(_NAMES, f"{workspace_id}\x00{name_key}")


def idempotent_channel_id(user_id: str, idempotency_key: str) -> UUID:
    """The id of the one channel that a user can create with an idempotency key."""
    return uuid5(_KEYS, f"{user_id}\x00{idempotency_key}")
