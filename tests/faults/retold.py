"""Subscribers that are told the whole log by something between, and keep it by its positions: a
consumer of JetStream, a receiver of webhooks. Either is told things again, and what it has kept
already it passes over; where the log was rewound it is told up to where, and drops the rest."""

from tests.faults.history import Create
from tests.faults.proxy import Proxy
from tests.faults.reading import PublicEvent, Reading, Stretch
from tests.faults.recorder import Recorder
from tests.faults.subscribers import Subscriber

SERVICE = "a service"


class RetoldSubscriber(Subscriber):
    """What both keep. They have no tokens of Kanal."""

    def __init__(self, name: str, way: Proxy, recorder: Recorder) -> None:
        super().__init__(name, way, (SERVICE, ()), recorder)
        self._kept: dict[str, PublicEvent] = {}
        """By id."""
        self._told: set[tuple[str, str]] = set()
        """Their channels and positions."""
        self.reading = Reading(name, SERVICE, (), reads_all=True)
        self.reading.stretches.append(Stretch(recorder.now))
        recorder.history.readings.append(self.reading)

    async def is_level(self, create: Create) -> bool:
        return (create.made["id"], str(create.made["position"])) in self._told

    async def expire(self, ttl: float, *, is_live: bool) -> None:
        """There is nothing that expires."""

    def _keep(self, event: PublicEvent) -> None:
        self._kept.setdefault(event["id"], event)
        self._told.add((event["subject"], event["position"]))

    def _drop_beyond(self, position: int) -> None:
        """What comes after it was lost."""
        self._note(f"drops what it has beyond position {position}")
        self._kept = {
            id: event for id, event in self._kept.items() if int(event["position"]) <= position
        }
        self._told = {(each["subject"], each["position"]) for each in self._kept.values()}

    def close(self) -> None:
        """Show the checker what it has in the end, by position: webhooks of different channels
        overtake each other."""
        stretch = self.reading.stretches[-1]
        stretch.events[:] = sorted(self._kept.values(), key=lambda each: int(each["position"]))
        stretch.kept[:] = [event["data"]["channel"] for event in stretch.events]
        stretch.place = int(stretch.events[-1]["position"]) if stretch.events else 0
