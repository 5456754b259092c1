"""What a delivery follows that is given one page of the log."""

from collections.abc import AsyncIterator, Sequence

from domain.event_log import RecordedEvent


class OnePage:
    """It ends after that page."""

    position = 0

    def __init__(self, page: Sequence[RecordedEvent]) -> None:
        self._page = page

    async def pages(self) -> AsyncIterator[Sequence[RecordedEvent]]:
        yield self._page
