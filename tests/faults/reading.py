"""What a reader of the feed has kept, for the history of a run: channels, and the place up to which
they go, as a service would have both in one transaction."""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

PublicEvent: TypeAlias = dict[str, Any]
"""A CloudEvent of the feed, as it was read."""


@dataclass
class Stretch:
    """What it kept from one time that it began anew until the next."""

    at: float
    place: int = 0
    """The position up to which it has read, which it goes on from."""
    kept: list[dict[str, Any]] = field(default_factory=list)
    """ChannelModels: those of the lists from which it began, in the order of positions, and those
    that it was told of after them."""
    events: list[PublicEvent] = field(default_factory=list)
    """What told it of them."""


@dataclass
class Reading:
    """All that one reader of the feed has kept, over all of its requests, in order."""

    name: str
    user: str
    workspaces: tuple[str, ...]
    reads_all: bool = False
    """Whether it is told the whole log, whoever may see what."""
    stretches: list[Stretch] = field(default_factory=list)
    requests: int = 0
    """Those that were answered with events, or with none yet."""
    expiries: int = 0

    @property
    def events(self) -> list[PublicEvent]:
        """What it was told since it last began anew."""
        return self.stretches[-1].events if self.stretches else []
