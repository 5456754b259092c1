"""Places in the log that a query names: by a position, by a time, or now."""

from datetime import datetime

from sanic.request import Request

from domain.errors import Invalid
from persistence.log.stored_events import StoredEvents
from projections.views.past_channels import PastChannels
from transport.http.request import MAX_NUMBER, argument, whole_number


async def place_of(request: Request, past: PastChannels, stored: StoredEvents) -> tuple[int, int]:
    """The position that a request asks about, and the head of the log.

    It is `position`; or the last one that was recorded at `time` (RFC 3339) or before; or the head.
    Raises Invalid, Unavailable, UndecodableEvent.
    """
    head = await stored.head()
    text = argument(request, "time")
    if argument(request, "position") is not None:
        if text is not None:
            raise Invalid("position and time both say when: send one")
        position = whole_number(request, "position", default=0, least=0, most=MAX_NUMBER)
        if position > head:
            raise Invalid(f"position must not be beyond the head of the log, which is at {head}")
        return position, head
    return (head if text is None else await past.position_of(_moment(text))), head


def _moment(text: str) -> datetime:
    try:
        # In a query a plus stands for a space, and who writes a zone may forget that.
        moment = datetime.fromisoformat(text.strip().replace(" ", "+").upper())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("time must be a time with its zone (RFC 3339): 2026-01-31T10:28:19Z")
    return moment
