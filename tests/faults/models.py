"""Channels as the checker has them: made from a log's events, told apart, named in a finding."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from tests.faults.history import Entry, Model

CREATED = "channel.created"


def models_of(log: Iterable[Entry]) -> dict[str, Model]:
    """The channels of a log, by id."""
    return {entry.stream: _model(entry) for entry in log if entry.topic == CREATED}


def _model(entry: Entry) -> Model:
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


def is_visible(model: Model, user: str) -> bool:
    return not model["isPrivate"] or model["creatorId"] == user


def short(model: Model) -> str:
    return f"{model['name']!r} at position {model['position']}"


def span(models: Sequence[Model]) -> str:
    """Several of them, in order."""
    if len(models) == 1:
        return short(models[0])
    return f"{len(models)} channels, from {short(models[0])} to {short(models[-1])}"


def difference(told: Model, kept: Model) -> str:
    return "; ".join(
        f"{name} was told as {str(told.get(name))[:80]}, the log has {str(kept.get(name))[:80]}"
        for name in sorted(told.keys() | kept.keys())
        if told.get(name) != kept.get(name)
    )
