"""The scopes of a token: what its bearer may do beside what their roles in workspaces say."""

from collections.abc import Mapping
from typing import Any

from domain.errors import Invalid


def scopes_of(claims: Mapping[str, Any]) -> frozenset[str]:
    """The scopes that the claim `scope` names: a text of words with spaces between them (RFC 8693,
    4.2), or a list of words. Without the claim there are none.

    Raises Invalid.
    """
    scope = claims.get("scope", "")
    words = scope.split(" ") if isinstance(scope, str) else scope
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise Invalid("the claim 'scope' must be a text of words or a list of words")
    return frozenset(filter(None, words))
