"""The history of a run: what was asked, answered and heard, what the log holds, and when."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeAlias

from tests.faults.reading import Reading

Model: TypeAlias = dict[str, Any]
"""A ChannelModel as a client has it."""

LIVE = "live"
"""The status of a kanal-client that is level with the service."""


@dataclass
class Create:
    """One channel that a writer wants: asked for with one key until there is an answer."""

    key: str
    user: str
    workspace: str
    name: str
    description: str | None = None
    is_private: bool = False
    attempts: int = 0
    was_left: bool = False
    """Without an answer when the writer went on to the next; asked for again at the end."""
    status: int | None = None
    model: Model | None = None
    node: str | None = None
    """The one that answered."""
    asked_at: float | None = None
    """When that attempt began."""
    answered_at: float | None = None
    is_settled_late: bool = False
    """Answered only when it was asked for again at the end."""
    is_anew: bool = False
    """It had been made, was lost by the database, and is asked for with the same key."""

    @property
    def made(self) -> Model:
        """What answered it, where something has."""
        assert self.model is not None
        return self.model


@dataclass(frozen=True)
class Shown:
    """A state that a kanal-client has shown."""

    at: float
    status: str
    position: int
    log: str | None
    kept: int
    """So many channels at the beginning of its list are those of the state before,"""
    rest: list[Model]
    """and these follow them."""


@dataclass
class Sight:
    """What one kanal-client has shown, in order."""

    name: str
    user: str
    workspace: str
    states: list[Shown] = field(default_factory=list)

    @property
    def is_live(self) -> bool:
        return bool(self.states) and self.states[-1].status == LIVE

    @property
    def times_live(self) -> int:
        """How often it was level with the service after it had not been."""
        before = ["", *(state.status for state in self.states)]
        return sum(one != LIVE and other == LIVE for one, other in pairwise(before))


@dataclass
class Spell:
    """What a stock client heard from an `auth-success` that did not resume until the next such."""

    at: float
    begins: int
    """The position of that `auth-success`: all that comes after it is for this client."""
    place: int
    """The latest position that it was told: what it resumes from."""
    heard: list[Model] = field(default_factory=list)


@dataclass
class Hearing:
    """What one stock client heard, over all of its connections, in order."""

    name: str
    user: str
    workspaces: tuple[str, ...]
    spells: list[Spell] = field(default_factory=list)
    connects: int = 0
    recovered: int = 0
    expiries: int = 0
    reads_all: bool = False
    """Whether everything is for it, whoever may see what."""

    @property
    def heard(self) -> list[Model]:
        """What it has heard since it last began anew."""
        return self.spells[-1].heard if self.spells else []


@dataclass(frozen=True)
class Entry:
    """One event of the log, as `kanal tail` prints it."""

    position: int
    stream: str
    topic: str
    state: dict[str, Any]


@dataclass(frozen=True)
class Rewind:
    """A promotion of a replica that did not have the end of the log."""

    at: float
    position: int
    """The last one that the replica had."""
    lost: list[Entry]
    """What came after it."""
    epochs: Sequence[str]
    """Those of the log until then: the ids that it had."""


@dataclass(frozen=True)
class Failure:
    """An attempt at a create that got no answer, or a refusal."""

    key: str
    url: str
    at: float
    """When it began."""
    why: str


@dataclass(frozen=True)
class Restart:
    """A time in which nodes were replaced one after the other, and nothing else was done to them:
    no create at these URLs may fail."""

    urls: tuple[str, ...]
    begin: float
    end: float


@dataclass
class History:
    """All of it; the checker needs nothing else."""

    creates: list[Create] = field(default_factory=list)
    sights: list[Sight] = field(default_factory=list)
    hearings: list[Hearing] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    log: list[Entry] = field(default_factory=list)
    """As it is in the end."""
    epochs: Sequence[str] = ()
    """The ids that it has had until then."""
    rewinds: list[Rewind] = field(default_factory=list)
    lists: dict[tuple[str, str], list[Model]] = field(default_factory=dict)
    """By user and workspace: the channel list at the end."""
    surprises: list[str] = field(default_factory=list)
    """What the parts of the harness met and no part of the product may do."""
    faults: list[str] = field(default_factory=list)
    """The kinds, in the order in which they began."""
    failures: list[Failure] = field(default_factory=list)
    restarts: list[Restart] = field(default_factory=list)
    recoveries: list[float] = field(default_factory=list)
    """Seconds from the end of each step's faults until a command was acknowledged again."""
    returns: list[float] = field(default_factory=list)
    """Seconds from then until all subscribers had heard of it, where that was waited for."""
    refusals: list[float] = field(default_factory=list)
    """Seconds that each 503 took."""
    cut: int = 0
    """Connections that the service cut because their clients read too slowly."""
    stops: list[float] = field(default_factory=list)
    """Seconds that the service took to end when it was told to."""
    notes: list[str] = field(default_factory=list)
