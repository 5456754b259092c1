"""What the checker makes of a kanal-client: whether each state that it has shown is the list as of
its position, and whether it is level in the end."""

import math
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tests.faults.history import History, Model, Sight
from tests.faults.models import difference, is_visible, models_of, short, span
from tests.faults.rewinds import LostModels, logs_of, this_one


class Listing:
    """The list that a user has of a workspace in a log, as of one position after the other."""

    def __init__(self, models: Iterable[Model]) -> None:
        self._ahead = sorted(models, key=lambda model: model["position"], reverse=True)
        self._list: list[Model] = []
        self.position = 0.0

    def as_of(self, position: float) -> Sequence[Model]:
        """Oldest first. No position may be before the one that was asked for last."""
        self.position = position
        while self._ahead and self._ahead[-1]["position"] <= position:
            insort(
                self._list, self._ahead.pop(), key=lambda model: (model["createdAt"], model["id"])
            )
        return self._list


class SightCheck:
    """Holds kanal-clients against the log, as it was when they had it and as it is."""

    def __init__(self, history: History) -> None:
        self._lost = LostModels(history)
        self._models: dict[tuple[str, int, str], Model] = {}
        self._logs: dict[str | None, list[Model]] = {None: []}
        """What was ever in the log that had an id."""
        epochs = [*(rewind.epochs for rewind in history.rewinds), history.epochs]
        for ids, log in zip(epochs, logs_of(history), strict=True):
            self._final = [self._models.setdefault(this_one(m), m) for m in models_of(log).values()]
            for id in ids:  # one that the log had before as well: it lost nothing under that
                self._logs.setdefault(id, self._final)

    def findings(self, sight: Sight) -> Iterator[str]:
        """Each thing that is wrong is found once, and not in all states that follow."""
        listings: dict[str | None, Listing] = {}
        compared = _Compared(sight, self._models, self._lost)
        for state in sight.states:
            compared.take(state.kept, state.rest)
            when = f"{sight.name}: at {state.at:.3f} s, as of position {state.position},"
            if state.status == "refused":
                yield f"{when} it says that its token is refused"
            if state.log not in self._logs:
                yield f"{when} it has a log that never was, {state.log}"
                continue
            listing = listings.get(state.log)
            if listing is not None and state.position < listing.position:
                yield f"{when} it goes back, from position {listing.position}"
                listing = None
            if listing is None:
                listing = listings[state.log] = self._listing(sight, self._logs[state.log])
            yield from compared.findings(when, listing.as_of(state.position))
        if not sight.times_live:
            yield f"{sight.name}: never live"
        elif not sight.is_live:
            last = sight.states[-1]
            yield f"{sight.name}: in the end it is {last.status}, at position {last.position}"
        else:
            final = self._listing(sight, self._final).as_of(math.inf)
            yield from compared.findings(f"{sight.name}: in the end", final)

    def _listing(self, sight: Sight, models: Iterable[Model]) -> Listing:
        return Listing(model for model in models if _may_see(sight, model))


class _Compared:
    """The list that a kanal-client shows, beside the one that is due."""

    def __init__(
        self, sight: Sight, models: dict[tuple[str, int, str], Model], lost: LostModels
    ) -> None:
        self._sight = sight
        self._models = models
        self._lost = lost
        self._shown: list[Model] = []
        self._found: set[tuple[str, str]] = set()
        """What was wrong, and with which channel."""

    def take(self, kept: int, rest: Sequence[Model]) -> None:
        """The next state. What it says as the log has it is the log's own object from here on, so
        that lists are compared fast."""
        self._shown[kept:] = (
            logged if logged == model else model
            for model, logged in ((each, self._models.get(this_one(each))) for each in rest)
        )

    def findings(self, when: str, due: Sequence[Model]) -> Iterator[str]:
        if self._shown == due:
            return
        ids = Counter(model["id"] for model in self._shown)
        kept = {model["id"]: model for model in due}
        lacking = [
            model for model in due if model["id"] not in ids and self._is_new("lacks", model)
        ]
        if lacking:
            yield f"{when} lacks {span(lacking)}"
        lost: dict[float, list[Model]] = {}
        for model in self._shown:
            rewind = self._lost.rewind_of(model)
            if ids[model["id"]] > 1 and self._is_new("twice", model):
                yield f"{when} shows {short(model)} more than once"
            if kept.get(model["id"]) == model or not self._is_new("shows", model):
                continue
            if rewind is not None:
                lost.setdefault(rewind.at, []).append(model)
            else:
                yield f"{when} shows {short(model)}{self._why_not(model, kept)}"
        for at, models in lost.items():
            yield f"{when} shows {span(models)}, lost at {at:.3f} s, and was not told so"
        is_other_order = all(kept.get(model["id"]) == model for model in self._shown)
        if is_other_order and ids == Counter(kept.keys()) and self._is_new("order", self._shown[0]):
            yield f"{when} shows its channels in another order"

    def _is_new(self, what: str, model: Model) -> bool:
        is_new = (what, model["id"]) not in self._found
        self._found.add((what, model["id"]))
        return is_new

    def _why_not(self, model: Model, kept: dict[str, Model]) -> str:
        if model["id"] in kept:
            return f"; {difference(model, kept[model['id']])}"
        if not _may_see(self._sight, model):
            return ", and may not see it"
        if self._models.get(this_one(model)) == model:
            return ", which comes later"
        return ", which is not in the log"


def _may_see(sight: Sight, model: Model) -> bool:
    return model["workspaceId"] == sight.workspace and is_visible(model, sight.user)
