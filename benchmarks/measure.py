"""The measurement: contenders take turns in one run, and what counts is how they compare in it."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Literal

Role = Literal["ours", "peer", "floor"]


@dataclass(frozen=True)
class Plan:
    """How long to look: `warm_up` and `seconds` are of one trial, of which each round has one.

    Turns are short, so that what disturbs a contender disturbs its neighbours as well.
    """

    rounds: int = 5
    warm_up: float = 0.5
    seconds: float = 1.5
    scale: float = 1.0
    """How much of a large system to build, where a row needs one."""
    builds: bool = True
    """Whether a peer whose build takes minutes is built, once, where it is not there yet."""


QUICK = Plan(rounds=1, warm_up=0.1, seconds=0.3, scale=0.01, builds=False)
"""Shows that a row still works; its figures mean nothing."""


@dataclass(frozen=True)
class Sample:
    """What one trial saw: the figure of its row, and whatever else is worth a column."""

    value: float
    columns: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Contender:
    """Something that can be measured; ours is to be at least `target` times as good."""

    name: str
    role: Role
    trial: Callable[[Plan], Sample]
    target: float | None = None


@dataclass(frozen=True)
class Absent:
    """Something that would be measured too, and is not on this machine; `why` is a clause."""

    name: str
    why: str


@dataclass(frozen=True)
class Row:
    """One question: which contenders, on a Postgres server; `contenders` takes its URL."""

    name: str
    title: str
    unit: str
    about: str
    contenders: Callable[[str, Plan], AbstractContextManager[Sequence[Contender | Absent]]]
    findings: str = ""
    """What profiles show, and what was tried: said where it falls short."""
    rounds: int | None = None
    """Rounds, where one trial is long and warms up by itself; the plan's where there is none."""
    less_is_better: bool = False
    beyond: float | None = None
    """How many times as good as another checkout's build ours is to be, where one is measured."""


@dataclass(frozen=True)
class Spread:
    """A median, and the least and the most that was seen."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True)
class Figures:
    """All that was seen of one contender; `times` says how many times as good ours was: a ratio for
    each round, so that a disturbance meets both sides of it."""

    name: str
    role: Role
    target: float | None
    values: list[float]
    value: Spread
    times: Spread | None
    columns: dict[str, float]

    @property
    def falls_short(self) -> bool:
        """Whether ours is not as much better as it is to be."""
        return (
            self.target is not None and self.times is not None and self.times.median < self.target
        )


@dataclass(frozen=True)
class Measured:
    """The figures of a row's contenders, in the row's order, ours first; and who was not there."""

    figures: list[Figures]
    absent: list[Absent]


NOBODY: AbstractContextManager[Sequence[Contender]] = nullcontext(())


def measure(
    row: Row,
    server_url: str,
    plan: Plan,
    progress: Callable[[str], None] = lambda _: None,
    others: AbstractContextManager[Sequence[Contender]] = NOBODY,
) -> Measured:
    """Let a row's contenders take turns. Of `others`, where there are any, the first is ours in a
    process of its own, in the place of the row's first one; the rest come after it."""
    with row.contenders(server_url, plan) as named, others as more:
        contenders = [each for each in named if isinstance(each, Contender)]
        if more:
            contenders[:1] = [replace(contenders[0], trial=more[0].trial), *more[1:]]
        absent = [each for each in named if isinstance(each, Absent)]
        samples: dict[str, list[Sample]] = {contender.name: [] for contender in contenders}
        for contender in contenders if row.rounds is None else []:
            progress(f"warming up {contender.name}")
            contender.trial(plan)
        rounds = min(row.rounds or plan.rounds, plan.rounds)
        for number in range(1, rounds + 1):
            for contender in contenders:
                progress(f"round {number} of {rounds}: {contender.name}")
                samples[contender.name].append(contender.trial(plan))
    ours = [sample.value for sample in samples[contenders[0].name]]
    return Measured(
        [_figures(row, contender, samples[contender.name], ours) for contender in contenders],
        absent,
    )


def _figures(row: Row, contender: Contender, samples: list[Sample], ours: list[float]) -> Figures:
    values = [sample.value for sample in samples]
    ratios = [our / value for our, value in zip(ours, values, strict=True)]
    if row.less_is_better:
        ratios = [1 / ratio for ratio in ratios]
    return Figures(
        name=contender.name,
        role=contender.role,
        target=contender.target,
        values=values,
        value=Spread.of(values),
        times=None if contender.role == "ours" else Spread.of(ratios),
        columns={
            name: median(sample.columns[name] for sample in samples) for name in samples[0].columns
        },
    )
