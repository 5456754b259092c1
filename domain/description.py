"""The rules for the description of a channel."""

from domain.errors import Invalid
from domain.identifiers import has_lone_surrogate

MAX_DESCRIPTION_LENGTH = 2_000


def checked_description(text: str | None) -> str | None:
    """`text` itself, if it can be a description. Raises Invalid."""
    if text is None:
        return None
    if len(text) > MAX_DESCRIPTION_LENGTH:
        raise Invalid(
            f"description must be at most {MAX_DESCRIPTION_LENGTH} characters, got {len(text)}"
        )
    if "\x00" in text or has_lone_surrogate(text):
        raise Invalid("description must not contain NUL or a lone surrogate")
    return text
