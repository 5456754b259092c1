"""Fields that HTTP paths and socket events share, read from their text."""

from uuid import UUID

from domain.errors import NotFound


def parse_channel_id(text: str) -> UUID:
    """The channel id in a path or an event. Raises NotFound."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("there is no such channel: its id is a UUID") from None
