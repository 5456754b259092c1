"""The history of a run: what was asked, answered and heard, what the log holds, and when."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Model: TypeAlias = dict[str, Any]
"""A ChannelModel as a client has it."""


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


@dataclass
class Spell:
    """What a subscriber saw from an `auth-success` that did not resume until the next such."""

    at: float
    begins: int
    """The position of that `auth-success`: all that comes after it is for this subscriber."""
    place: int
    """The latest position that it was told: what it resumes from."""
    heard: list[Model] = field(default_factory=list)
    listed: list[Model] | None = None
    """The list that it fetched to begin anew. None for the first spell, which shows only what it
    hears, and where it did not get it."""


@dataclass
class Sight:
    """What one subscriber saw, over all of its connections, in order."""

    name: str
    user: str
    workspaces: tuple[str, ...]
    spells: list[Spell] = field(default_factory=list)
    connects: int = 0
    recovered: int = 0
    expiries: int = 0

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
    log: list[Entry] = field(default_factory=list)
    """As it is in the end."""
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


class Recorder:
    """Writes the notes of a history with their times, and tells them to whoever watches."""

    def __init__(self, watch: Callable[[str], None] = lambda _: None) -> None:
        self.history = History()
        self.models: dict[str, Model] = {}
        """By id: what was first heard of each channel."""
        self._watch = watch
        self._begin = time.monotonic()

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begin

    def surprise(self, what: str) -> None:
        self.history.surprises.append(f"{what} (at {self.now:.3f} s)")
        self.note("surprise", what, aloud=True)

    def note(self, who: str, what: str, *, aloud: bool = False) -> None:
        line = f"{self.now:8.3f}  {who}: {what}"
        self.history.notes.append(line)
        if aloud:
            self._watch(line)
