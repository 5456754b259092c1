"""The times of a token: its claims that are seconds, and for how long it may be good at all."""

import math
from collections.abc import Mapping
from typing import Any

from domain.errors import Invalid


def seconds_of(claims: Mapping[str, Any], name: str) -> float:
    """A claim that is a time: a number of seconds (RFC 7519, 2). Raises Invalid."""
    value = claims[name]
    if type(value) not in (int, float) or not math.isfinite(value):
        raise Invalid(f"the claim {name!r} must be a number of seconds")
    return float(value)


def whole(seconds: float) -> str:
    """Seconds in words, rounded up: what is off is never told as less than it is."""
    number = math.ceil(seconds)
    return f"{number:.10g} second{'' if number == 1 else 's'}"


def check_lifetime(claims: Mapping[str, Any], now: float, longest: float) -> None:
    """Refuse a token that could outlive what is remembered of access that was taken back: one that
    is good for longer than `longest` seconds after its `iat`, or without one after `now`.

    Raises Invalid.
    """
    begin, since = now, "this service's clock"
    if "iat" in claims:
        begin, since = seconds_of(claims, "iat"), "'iat'"
    if (lifetime := seconds_of(claims, "exp") - begin) > longest:
        raise Invalid(
            f"the claim 'exp' is {whole(lifetime)} after {since},"
            f" and KANAL_JWT_MAX_LIFETIME allows {whole(longest)}"
        )
