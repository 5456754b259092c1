"""The report of a run: its counts, and where something was found, its history to read."""

from collections import Counter
from collections.abc import Sequence

from tests.faults.history import History
from tests.faults.rewinds import LostModels

MOST_FINDINGS = 50


def counts(history: History) -> list[tuple[str, str]]:
    """What happened, in numbers."""
    answered = [create for create in history.creates if create.model is not None]
    late = Counter(create.status for create in answered if create.is_settled_late)
    retried = sum(create.attempts > 1 and not create.is_settled_late for create in answered)
    models = LostModels(history)
    lost = sum(models.is_lost_by_database(create) for create in answered)
    again = sum(create.is_anew for create in history.creates)
    sights, hearings, readings = history.sights, history.hearings, history.readings
    spells = [spell for hearing in hearings for spell in hearing.spells]
    stretches = [stretch for reading in readings for stretch in reading.stretches]
    kinds = sorted(Counter(history.faults).items())
    return [
        *((f"faults: {kind}", str(times)) for kind, times in kinds),
        ("faults", str(len(history.faults))),
        ("positions in the log", str(len(history.log))),
        ("positions lost by the database", str(sum(len(each.lost) for each in history.rewinds))),
        ("creates acknowledged", f"{len(answered)}, {retried} of them not at the first attempt"),
        (
            "creates acknowledged and lost by the database",
            f"{lost}, {again} of them asked for again at the end",
        ),
        (
            "creates without an answer, asked for again at the end",
            f"{late.total()}: {late[200]} were there, {late[201]} were not",
        ),
        ("creates never answered", str(len(history.creates) - len(answered))),
        ("kanal-clients", ", ".join(sight.name.removeprefix("kanal-") for sight in sights)),
        ("states that they showed", str(sum(len(sight.states) for sight in sights))),
        ("times that they came back", str(sum(max(sight.times_live - 1, 0) for sight in sights))),
        ("stock clients", ", ".join(hearing.name for hearing in hearings)),
        ("events that they heard", str(sum(len(each.heard) for each in spells))),
        ("their connections after the first", str(sum(max(h.connects - 1, 0) for h in hearings))),
        ("authentications that resumed", str(sum(hearing.recovered for hearing in hearings))),
        ("authentications that began anew", str(len(spells) - len(hearings))),
        ("readers of the feed", ", ".join(each.name.removeprefix("feed-") for each in readings)),
        ("events that they kept", str(sum(len(each.events) for each in stretches))),
        ("their pages and streams", str(sum(reading.requests for reading in readings))),
        ("times that they began anew", str(len(stretches) - len(readings))),
        (
            "tokens refused or expired",
            str(sum(each.expiries for of in (hearings, readings) for each in of)),
        ),
        ("connections cut for reading slowly", str(history.cut)),
        ("503 answers", _spread(history.refusals)),
        ("from the end of a fault to an acknowledged command", _spread(history.recoveries)),
        ("and until every subscriber had heard of it", _spread(history.returns)),
        ("restarts of nodes in turn", str(len(history.restarts))),
        ("from SIGTERM to the end", _spread(history.stops)),
    ]


def complaint(history: History, findings: Sequence[str]) -> list[str]:
    """The findings, and all that happened, with times."""
    lines = [*findings[:MOST_FINDINGS]]
    if len(findings) > MOST_FINDINGS:
        lines.append(f"… and {len(findings) - MOST_FINDINGS} more")
    return ["The history:", *history.notes, "", f"Found ({len(findings)}):", *lines]


def _spread(seconds: Sequence[float]) -> str:
    if not seconds:
        return "none"
    middle = sorted(seconds)[len(seconds) // 2]
    return f"{len(seconds)}: median {middle:.2f} s, longest {max(seconds):.2f} s"
