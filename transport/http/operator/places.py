"""Places in the log that a query names: by a position or by a time, or none, which means now."""

from datetime import datetime

from sanic.request import Request

from domain.errors import Invalid
from persistence.log.stored_events import StoredEvents
from projections.views.past_channels import PastChannels
from transport.http.request import argument


async def place_of(request: Request, past: PastChannels, stored: StoredEvents) -> tuple[int, int]:
    """The position that a request asks about with `at`, and the head of the log.

    It is `at` itself; or the last one that was recorded at the time `at` (RFC 3339) or before; or
    the head. Raises Invalid, Unavailable, UndecodableEvent.
    """
    head, text = await stored.head(), argument(request, "at")
    if text is None:
        return head, head
    if text.isascii() and text.isdigit():
        if len(text) > 19 or int(text) > head:
            raise Invalid(f"at must not be beyond the head of the log, which is at {head}")
        return int(text), head
    return await past.position_of(_moment(text)), head


def _moment(text: str) -> datetime:
    try:
        # In a query a plus stands for a space, and who writes a zone may forget that.
        moment = datetime.fromisoformat(text.strip().replace(" ", "+").upper())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(
            "at must be a position of the log, or a time with its zone, such as"
            " 2026-01-31T10:28:19Z"
        )
    return moment
