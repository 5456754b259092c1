"""What a catch-up has to leave out, which goes with the session where it moves to another node."""

from dataclasses import dataclass, field
from uuid import UUID

from transport.delivery.claims import NOTHING_TOLD, Told


@dataclass(slots=True)
class LeftOut:
    """What is not told to a session that catches up.

    `told_before` is what its connection had been told before it caught up. `kept_back` are the
    channels of which `channel-created` was left out, since the user may not see them now; their
    `channel-deleted` is then left out too.
    """

    told_before: Told = NOTHING_TOLD
    kept_back: set[UUID] = field(default_factory=set)
