"""When a token is replaced: shortly before it runs out, as it says of itself. Nothing else is read
in it."""

import asyncio
import base64
import json
import time
from contextlib import suppress

from kanal_client.tokens import Tokens

EARLY = 60.0
"""Seconds before its end; half of what is left, where that is less."""

TOO_LATE = 1.0
"""With so few seconds left it is for the service to say that the token has run out."""

LONGEST = 86_400.0
"""Seconds that are waited at a time, since a machine may sleep meanwhile."""


async def renewed(tokens: Tokens, token: str) -> str | None:
    """Another token of the application, as soon as the one it has given is about to run out; None
    where it has given none by then, or the token does not say when that is."""
    end = _end_of(token)
    while end is not None and (left := end - time.time()) > TOO_LATE:
        wait = left - min(EARLY, left / 2)
        await asyncio.sleep(min(wait, LONGEST))
        if wait > LONGEST:
            continue
        with suppress(Exception):  # whatever the application raises: it is asked again
            fresh = await tokens.fresh()
            if fresh != token:
                return fresh
    return None


def _end_of(token: str) -> float | None:
    """The `exp` of a JWT (RFC 7519), in seconds of Unix time; None where it has none."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return float(claims["exp"])
    except (ValueError, LookupError, TypeError, RecursionError, OverflowError):
        return None
