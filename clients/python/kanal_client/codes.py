"""The codes that the service refuses with: made by `make client-types` of /openapi.json, not to be
edited."""

from collections.abc import Mapping
from typing import Literal

ServiceCode = Literal[
    "internal",
    "unknown_event",
    "not_authenticated",
    "origin_not_allowed",
    "token_missing",
    "token_invalid",
    "token_expired",
    "access_revoked",
    "forbidden",
    "invalid",
    "rate_limited",
    "unavailable",
    "malformed",
    "conflict",
    "name_taken",
    "too_many_channels",
    "too_large",
    "unsupported_media_type",
    "idempotency_key_reused",
    "not_found",
    "stale_version",
    "position_gone",
    "last_admin",
    "not_private",
    "too_many_webhooks",
]

STATUS_OF: Mapping[str, int] = {
    "internal": 500,
    "unknown_event": 400,
    "not_authenticated": 401,
    "origin_not_allowed": 403,
    "token_missing": 401,
    "token_invalid": 401,
    "token_expired": 401,
    "access_revoked": 401,
    "forbidden": 403,
    "invalid": 422,
    "rate_limited": 429,
    "unavailable": 503,
    "malformed": 400,
    "conflict": 409,
    "name_taken": 409,
    "too_many_channels": 409,
    "too_large": 413,
    "unsupported_media_type": 415,
    "idempotency_key_reused": 422,
    "not_found": 404,
    "stale_version": 412,
    "position_gone": 410,
    "last_admin": 409,
    "not_private": 409,
    "too_many_webhooks": 409,
}
"""The HTTP status of each."""
