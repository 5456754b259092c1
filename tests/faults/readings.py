"""What the checker makes of a reader of the feed: whether it kept what the log has, once, in order,
and nothing that its user may not see, as a socket of theirs would hear it; and whether each event
says of itself what it is."""

from collections.abc import Iterator

from tests.faults.hearings import HearingCheck
from tests.faults.history import Hearing, History, Model, Spell
from tests.faults.models import CREATED, short
from tests.faults.reading import PublicEvent, Reading
from tests.faults.rewinds import this_one


class ReadingCheck:
    """Holds readers of the feed against the log, as it was when they began anew and as it is."""

    def __init__(self, history: History) -> None:
        self._hearings = HearingCheck(history)
        self._epochs = {*history.epochs, *(id for each in history.rewinds for id in each.epochs)}
        self._models: dict[str, Model] = {}
        """By id of an event: what was first told with it."""
        self._ids: dict[tuple[str, int, str], str] = {}
        """By channel: the id of the event that first told of it."""

    def findings(self, reading: Reading) -> Iterator[str]:
        """What a reader has kept is what a socket heard that was there since it began anew."""
        if not reading.requests:
            yield f"{reading.name}: never answered"
            return
        spells = [Spell(each.at, 0, each.place, each.kept) for each in reading.stretches]
        hearing = Hearing(reading.name, reading.user, reading.workspaces, spells)
        hearing.reads_all = reading.reads_all
        yield from self._hearings.findings(hearing)
        for stretch in reading.stretches:
            for event in stretch.events:
                for wrong in self._wrong(event):
                    yield f"{reading.name}: was told {wrong} of {short(event['data']['channel'])}"

    def _wrong(self, event: PublicEvent) -> Iterator[str]:
        """What an event says that is not so."""
        model = event["data"]["channel"]
        for name, due in _attributes(model).items():
            if event.get(name) != due:
                yield f"{name} {event.get(name)!r}, and not {due!r},"
        log, _, position = event["id"].rpartition(":")
        if log not in self._epochs or position != str(model["position"]):
            yield f"the id {event['id']!r}"
        if self._models.setdefault(event["id"], model) != model:
            yield f"the id {event['id']!r}, which is that of another event,"
        if (known := self._ids.setdefault(this_one(model), event["id"])) != event["id"]:
            yield f"the id {event['id']!r}, where it was {known!r} before,"


def _attributes(model: Model) -> dict[str, str]:
    """What the event must say beside the channel that was created."""
    return {
        "specversion": "1.0",
        "type": CREATED,
        "subject": model["id"],
        "time": model["createdAt"],
        "workspace": model["workspaceId"],
        "position": str(model["position"]),
        "actor": model["creatorId"],
    }
