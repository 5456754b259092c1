"""The checker: holds what writers and subscribers saw against the log, and says what does not fit.

A pure function of a history; each finding is a line that a person can follow.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tests.faults.hearings import HearingCheck
from tests.faults.history import Create, Entry, History, Model
from tests.faults.models import CREATED, difference, is_visible, models_of, short
from tests.faults.readings import ReadingCheck
from tests.faults.rewinds import LostModels
from tests.faults.sights import SightCheck

RESERVED = "channel-name.reserved"


def findings_of(history: History) -> list[str]:
    """Everything that breaks a promise; empty where all were kept."""
    channels, lost = models_of(history.log), LostModels(history)
    found = [*history.surprises]
    found += _holes(history.log)
    found += _halves(history.log)
    found += _ghosts(history.creates, channels)
    found += _failed_in_a_restart(history)
    for create in history.creates:
        found += _answer(create, channels, lost)
    sights, hearings = SightCheck(history), HearingCheck(history)
    for sight in history.sights:
        found += sights.findings(sight)
    for hearing in history.hearings:
        found += hearings.findings(hearing)
    readings = ReadingCheck(history)
    for reading in history.readings:
        found += readings.findings(reading)
    for (user, workspace), listed in history.lists.items():
        found += _list(user, workspace, listed, channels)
    return found


def _holes(log: Sequence[Entry]) -> Iterator[str]:
    """Positions are 1, 2, 3, …"""
    for place, entry in enumerate(log, 1):
        if entry.position != place:
            yield f"the log: position {place} was expected, {entry.position} was found"
            return


def _halves(log: Sequence[Entry]) -> Iterator[str]:
    """A create is there wholly or not at all: the name's event and the channel's."""
    names = Counter(entry.state["channel_id"] for entry in log if entry.topic == RESERVED)
    channels = Counter(entry.stream.replace("-", "") for entry in log if entry.topic == CREATED)
    for id in names.keys() | channels.keys():
        if (names[id], channels[id]) != (1, 1):
            yield (
                f"the log: half a create, or more than one: the channel {id} is created"
                f" {channels[id]} times and holds {names[id]} names"
            )


def _ghosts(creates: Sequence[Create], channels: Mapping[str, Model]) -> Iterator[str]:
    """What is in the log was asked for, once."""
    asked = {(create.workspace, create.name) for create in creates}
    made = Counter((model["workspaceId"], model["name"]) for model in channels.values())
    for (workspace, name), times in made.items():
        if (workspace, name) not in asked:
            yield f"the log: nobody asked for {name!r} in {workspace}"
        if times > 1:
            yield f"the log: {name!r} in {workspace} was created {times} times"


def _answer(create: Create, channels: Mapping[str, Model], lost: LostModels) -> Iterator[str]:
    """Acknowledged means kept, as it was told, unless the database has lost it since."""
    model = create.model
    if model is None:
        yield f"{create.key}: never answered, {create.attempts} attempts"
        return
    who = f"{create.key}, answered at {create.answered_at:.3f} s with {short(model)}"
    kept, rewind = channels.get(model["id"]), lost.rewind_of(model)
    if rewind is not None:
        if not lost.is_lost_by_database(create):
            yield f"{who}: lost at {rewind.at:.3f} s, which its node knew when it was asked"
    elif kept is None:
        yield f"{who}: acknowledged, and not in the log"
    elif kept != model:
        yield f"{who}: the log has {short(kept)}; {difference(model, kept)}"
    wanted = (create.user, create.workspace, create.name, create.is_private)
    told = (model["creatorId"], model["workspaceId"], model["name"], model["isPrivate"])
    if wanted != told:
        yield f"{who}: asked for was {wanted}"


def _failed_in_a_restart(history: History) -> Iterator[str]:
    """Nodes that go one after the other are noticed by nobody who creates."""
    for restart in history.restarts:
        for failure in history.failures:
            if failure.url in restart.urls and restart.begin <= failure.at <= restart.end:
                yield (
                    f"{failure.key}, asked for at {failure.at:.3f} s: failed while nodes were"
                    f" restarted in turn: {failure.why} at {failure.url}"
                )


def _list(
    user: str, workspace: str, listed: Sequence[Model], channels: Mapping[str, Model]
) -> Iterator[str]:
    """The channel list equals the log."""
    who = f"the list of {user} in {workspace}"
    due = {
        id: model
        for id, model in channels.items()
        if model["workspaceId"] == workspace and is_visible(model, user)
    }
    has = {model["id"]: model for model in listed}
    if len(has) != len(listed):
        yield f"{who}: {len(listed) - len(has)} channels are there twice"
    for id in due.keys() - has.keys():
        yield f"{who}: lacks {short(due[id])}"
    for id in has.keys() - due.keys():
        yield f"{who}: has {short(has[id])}, which the log does not give it"
    for id in has.keys() & due.keys():
        if has[id] != due[id]:
            yield f"{who}: has {short(has[id])}; {difference(has[id], due[id])}"
