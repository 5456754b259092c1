"""The shapes of signing in to the console with the link of a development service."""

from typing import Annotated

import msgspec


class SignInBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /console/sign-in`."""

    code: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]

    def __repr__(self) -> str:
        return "SignInBody(…)"


class SignedIn(msgspec.Struct, frozen=True):
    """Its answer: an operator's access token."""

    token: str

    def __repr__(self) -> str:
        return "SignedIn(…)"
