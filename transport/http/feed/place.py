"""The place from which a request reads the log. It is checked here whether that is still a part of
the log."""

from sanic.request import Request

from domain.errors import Unavailable
from persistence.log.epochs import Lineage
from transport.delivery.live_delivery import ANOTHER_EPOCH, Delivery
from transport.errors import position_gone
from transport.http.request import argument
from transport.schemas.places import Place, parse_place


def place_of(request: Request) -> Place:
    """Where a request goes on: its argument `after`, an event's id, or a position of the log that
    `log` names; at the beginning without any. Raises Invalid."""
    place = parse_place("after", argument(request, "after") or "0")
    return place if place.log_id else Place(place.position, argument(request, "log"))


def last_place_of(request: Request) -> Place:
    """Where a stream goes on: its `Last-Event-ID`, or as any request. Raises Invalid."""
    last = request.headers.get("Last-Event-ID")
    return parse_place("Last-Event-ID", last) if last else place_of(request)


class LogPlaces:
    """Knows which log it is now."""

    def __init__(self, delivery: Delivery) -> None:
        self._delivery = delivery

    async def lineage(self) -> Lineage:
        """The epochs of the log. Raises Unavailable where it has none for too long."""
        await self._delivery.followed()
        return self._delivery.lineage

    async def check(self, place: Place) -> str:
        """The id of the log. Raises PositionGone where it has not all that was read."""
        lineage = await self.lineage()
        if not lineage.includes(place.log_id, place.position):
            raise position_gone(place.position, lineage.log_id)
        return lineage.log_id

    def check_still(self, log_id: str) -> None:
        """Raises Unavailable where the log has come into another epoch since: what was read may be
        of that one."""
        if self._delivery.followed_lineage().log_id != log_id:
            raise Unavailable(ANOTHER_EPOCH)

    def check_head(self, place: Place, head: int) -> None:
        """Raises PositionGone where the log does not go so far."""
        if head < place.position:
            raise position_gone(place.position, self._delivery.lineage.log_id)
