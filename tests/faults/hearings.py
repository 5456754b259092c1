"""What the checker makes of a stock client: whether it was told everything, once, in order, or told
that it was not."""

from collections.abc import Iterator, Mapping, Sequence

from tests.faults.history import Create, Hearing, History, Model, Spell
from tests.faults.models import difference, is_visible, models_of, short, span
from tests.faults.rewinds import LostModels, logs_of


class HearingCheck:
    """Holds stock clients against the log, as it was when they began anew and as it is."""

    def __init__(self, history: History) -> None:
        self._rewinds = history.rewinds
        self._logs = [models_of(log) for log in logs_of(history)]
        self._lost = LostModels(history)
        self._answered = _answers(history.creates)

    def findings(self, hearing: Hearing) -> Iterator[str]:
        if not hearing.spells:
            yield f"{hearing.name}: never authenticated"
            return
        for spell, following in zip(hearing.spells, hearing.spells[1:], strict=False):
            yield from self._ended(hearing, spell, following)
        yield from self._spell(hearing, hearing.spells[-1], self._logs[-1])

    def _ended(self, hearing: Hearing, spell: Spell, following: Spell) -> Iterator[str]:
        """Who is told that it cannot resume had seen something that was lost; up to there it was
        told everything."""
        excuses = [
            log
            for rewind, log in zip(self._rewinds, self._logs, strict=False)
            if rewind.at < following.at and rewind.position < spell.place
        ]
        if not excuses:
            yield (
                f"{hearing.name}: at {following.at:.3f} s it had a position, {spell.place},"
                " and could not resume"
            )
            return
        # Which of them it was, is what it has seen.
        candidates = [list(self._spell(hearing, spell, log, upto=spell.place)) for log in excuses]
        yield from min(reversed(candidates), key=len)

    def _spell(
        self, hearing: Hearing, spell: Spell, log: Mapping[str, Model], *, upto: int | None = None
    ) -> Iterator[str]:
        """Every channel that this one may see, once, in order of positions; and nothing else."""
        seen: set[str] = set()
        latest = spell.begins
        yield from self._differing(log, spell.heard, hearing.name)
        for model in spell.heard:
            position, what = model["position"], short(model)
            if not _may_see(hearing, model):
                yield f"{hearing.name} ({hearing.user}): heard of {what}, and may not see it"
            if model["id"] in seen:
                yield f"{hearing.name}: heard of {what} again, after position {latest}"
            elif position <= latest:
                yield f"{hearing.name}: heard of {what} after position {latest}"
            seen.add(model["id"])
            latest = max(latest, position)
        due = [
            model
            for model in log.values()
            if _may_see(hearing, model)
            and spell.begins < model["position"]
            and (upto is None or model["position"] <= upto)
        ]
        yield from self._unheard(hearing, sorted(due, key=lambda model: model["position"]), seen)

    def _differing(
        self, log: Mapping[str, Model], told: Sequence[Model], who: str
    ) -> Iterator[str]:
        """What is not as the log has it; one finding for all that was lost at once."""
        lost: dict[float, list[Model]] = {}
        for model in told:
            kept = log.get(model["id"])
            if kept == model:
                continue
            rewind = self._lost.rewind_of(model)
            if rewind is not None:
                lost.setdefault(rewind.at, []).append(model)
            elif kept is None:
                yield f"{who}: heard of {short(model)}, which is not in the log"
            else:
                yield f"{who}: heard of {short(model)}; {difference(model, kept)}"
        for at, models in lost.items():
            yield f"{who}: heard of {span(models)}, lost at {at:.3f} s, and was not told so"

    def _unheard(self, hearing: Hearing, due: Sequence[Model], seen: set[str]) -> Iterator[str]:
        """One finding for each run of channels that it should have heard of and did not."""
        run: list[Model] = []
        for model in [*due, None]:
            if model is not None and model["id"] not in seen:
                run.append(model)
            elif run:
                times = [self._answered[each["id"]] for each in run if each["id"] in self._answered]
                when = (
                    f", acknowledged from {min(times):.3f} s to {max(times):.3f} s" if times else ""
                )
                yield f"{hearing.name}: never heard of {span(run)}{when}"
                run = []


def _answers(creates: Sequence[Create]) -> dict[str, float]:
    return {
        create.model["id"]: create.answered_at
        for create in creates
        if create.model is not None and create.answered_at is not None
    }


def _may_see(hearing: Hearing, model: Model) -> bool:
    is_theirs = model["workspaceId"] in hearing.workspaces and is_visible(model, hearing.user)
    return hearing.reads_all or is_theirs
