"""What the checker makes of rewinds: the log as it was before each, and what was lost with it."""

from collections.abc import Sequence

from tests.faults.history import Create, Entry, History, Model, Rewind
from tests.faults.models import models_of


def logs_of(history: History) -> list[Sequence[Entry]]:
    """The log as it was just before each rewind, and as it is in the end."""
    logs: list[Sequence[Entry]] = [history.log]
    for rewind in reversed(history.rewinds):
        logs.insert(0, [*logs[0][: rewind.position], *rewind.lost])
    return logs


class LostModels:
    """The channels that were lost with the ends of the log."""

    def __init__(self, history: History) -> None:
        self._lost = {
            this_one(model): (model, rewind)
            for rewind in history.rewinds
            for model in models_of(rewind.lost).values()
        }
        self._known_by = {
            id(rewind): _first_answers(history.creates, log, rewind)
            for rewind, log in zip(history.rewinds, logs_of(history)[1:], strict=True)
        }

    def rewind_of(self, model: Model) -> Rewind | None:
        """The rewind that took this very channel: it may have been made anew."""
        found, rewind = self._lost.get(this_one(model), (None, None))
        return rewind if found == model else None

    def has_lost(self, create: Create) -> bool:
        """Whether what answered a create is gone."""
        return create.model is not None and self.rewind_of(create.model) is not None

    def is_lost_by_database(self, create: Create) -> bool:
        """Whether an acknowledged create is gone, and its node could not know when it was asked."""
        rewind = self.rewind_of(create.model) if create.model is not None else None
        if rewind is None:
            return False
        known_at = self._known_by[id(rewind)].get(create.node)
        return known_at is None or create.asked_at is None or create.asked_at < known_at


def this_one(model: Model) -> tuple[str, int, str]:
    """What tells a channel from the one that was made anew with the same key."""
    return model["id"], model["position"], model["createdAt"]


def _first_answers(
    creates: Sequence[Create], log: Sequence[Entry], rewind: Rewind
) -> dict[str | None, float]:
    """By node: when it first answered with a channel of the log as it went on after a rewind."""
    models = models_of(log[rewind.position :])
    first: dict[str | None, float] = {}
    for create in creates:
        if create.model is not None and models.get(create.model["id"]) == create.model:
            assert create.answered_at is not None
            first[create.node] = min(first.get(create.node, create.answered_at), create.answered_at)
    return first
