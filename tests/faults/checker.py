"""The checker: holds what writers and subscribers saw against the log, and says what does not fit.

A pure function of a history; each finding is a line that a person can follow.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from tests.faults.history import Create, Entry, History, Model, Sight

CREATED = "channel.created"
RESERVED = "channel-name.reserved"


def findings_of(history: History) -> list[str]:
    """Everything that breaks a promise; empty where all were kept."""
    channels = {entry.stream: _model(entry) for entry in history.log if entry.topic == CREATED}
    found = [*history.surprises]
    found += _holes(history.log)
    found += _halves(history.log)
    found += _ghosts(history.creates, channels)
    for create in history.creates:
        found += _answer(create, channels)
    for sight in history.sights:
        found += _sight(sight, channels, history.creates)
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


def _answer(create: Create, channels: Mapping[str, Model]) -> Iterator[str]:
    """Acknowledged means kept, as it was told."""
    model = create.model
    if model is None:
        yield f"{create.key}: never answered, {create.attempts} attempts"
        return
    who = f"{create.key}, answered at {create.answered_at:.3f} s with {_short(model)}"
    kept = channels.get(model["id"])
    if kept is None:
        yield f"{who}: acknowledged, and not in the log"
    elif kept != model:
        yield f"{who}: the log has {_short(kept)}; {_difference(model, kept)}"
    wanted = (create.user, create.workspace, create.name, create.is_private)
    told = (model["creatorId"], model["workspaceId"], model["name"], model["isPrivate"])
    if wanted != told:
        yield f"{who}: asked for was {wanted}"


def _sight(sight: Sight, channels: Mapping[str, Model], creates: Sequence[Create]) -> Iterator[str]:
    """Every channel that this one may see, once, in order of positions; and nothing else."""
    if sight.begins is None:
        yield f"{sight.name}: never authenticated"
        return
    for moment in sight.not_recovered:
        yield f"{sight.name}: at {moment} s it had a position, and could not resume"
    seen: set[str] = set()
    latest = sight.begins
    for model in sight.heard:
        position, what = model["position"], _short(model)
        kept = channels.get(model["id"])
        if kept is None:
            yield f"{sight.name}: heard of {what}, which is not in the log"
        elif kept != model:
            yield f"{sight.name}: heard of {what}; {_difference(model, kept)}"
        if not _may_see(sight, model):
            yield f"{sight.name} ({sight.user}): heard of {what}, and may not see it"
        if model["id"] in seen:
            yield f"{sight.name}: heard of {what} again, after position {latest}"
        elif position <= latest:
            yield f"{sight.name}: heard of {what} after position {latest}"
        seen.add(model["id"])
        latest = max(latest, position)
    due = [m for m in channels.values() if _may_see(sight, m) and m["position"] > sight.begins]
    yield from _unheard(sight, sorted(due, key=lambda m: m["position"]), seen, creates)


def _unheard(
    sight: Sight, due: Sequence[Model], seen: set[str], creates: Sequence[Create]
) -> Iterator[str]:
    """One finding for each run of channels that it should have heard of and did not."""
    answered = {create.model["id"]: create.answered_at for create in creates if create.model}
    run: list[Model] = []
    for model in [*due, None]:
        if model is not None and model["id"] not in seen:
            run.append(model)
        elif run:
            times = [time for each in run if (time := answered.get(each["id"])) is not None]
            when = f", acknowledged from {min(times):.3f} s to {max(times):.3f} s" if times else ""
            what = _short(run[0])
            if len(run) > 1:
                what = f"{len(run)} channels, from {what} to {_short(run[-1])}"
            yield f"{sight.name}: never heard of {what}{when}"
            run = []


def _list(
    user: str, workspace: str, listed: Sequence[Model], channels: Mapping[str, Model]
) -> Iterator[str]:
    """The channel list equals the log."""
    who = f"the list of {user} in {workspace}"
    due = {
        id: model
        for id, model in channels.items()
        if model["workspaceId"] == workspace and _is_visible(model, user)
    }
    has = {model["id"]: model for model in listed}
    if len(has) != len(listed):
        yield f"{who}: {len(listed) - len(has)} channels are there twice"
    for id in due.keys() - has.keys():
        yield f"{who}: lacks {_short(due[id])}"
    for id in has.keys() - due.keys():
        yield f"{who}: has {_short(has[id])}, which the log does not give it"
    for id in has.keys() & due.keys():
        if has[id] != due[id]:
            yield f"{who}: has {_short(has[id])}; {_difference(has[id], due[id])}"


def _may_see(sight: Sight, model: Model) -> bool:
    return model["workspaceId"] in sight.workspaces and _is_visible(model, sight.user)


def _is_visible(model: Model, user: str) -> bool:
    return not model["isPrivate"] or model["creatorId"] == user


def _model(entry: Entry) -> Model:
    """The channel as its event in the log makes it."""
    moment = datetime.fromisoformat(entry.state["timestamp"]).astimezone(UTC)
    at = moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return {
        "id": entry.stream,
        "workspaceId": entry.state["workspace_id"],
        "name": entry.state["name"],
        "description": entry.state["description"],
        "isPrivate": entry.state["is_private"],
        "creatorId": entry.state["actor_id"],
        "createdAt": at,
        "updatedAt": at,
        "version": 1,
        "position": entry.position,
    }


def _short(model: Model) -> str:
    return f"{model['name']!r} at position {model['position']}"


def _difference(told: Model, kept: Model) -> str:
    return "; ".join(
        f"{name} was told as {str(told.get(name))[:80]}, the log has {str(kept.get(name))[:80]}"
        for name in sorted(told.keys() | kept.keys())
        if told.get(name) != kept.get(name)
    )
