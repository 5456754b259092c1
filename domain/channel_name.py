"""The name of a channel: the value with its rules, and the aggregate that keeps it unique.

Every name has a stream of its own, whose id is derived from the workspace and the case-folded name.
To reserve the name is to append to that stream. Of two commands that want one name at the same
time, one gets a stream conflict.
"""

import unicodedata
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from eventsourcing.domain import Aggregate, event

from domain.errors import Invalid
from domain.identifiers import has_control_characters, name_stream_id

MAX_NAME_LENGTH = 100


@dataclass(frozen=True, slots=True)
class ChannelName:
    """A valid name: trimmed, NFC, 1 to 100 characters, none a control character."""

    text: str

    @classmethod
    def parse(cls, raw: str) -> "ChannelName":
        """Raises Invalid, saying what is wrong and what is allowed."""
        text = unicodedata.normalize("NFC", raw.strip())
        if not 1 <= len(text) <= MAX_NAME_LENGTH:
            raise Invalid(
                f"name must be 1 to {MAX_NAME_LENGTH} characters after trimming, got {len(text)}"
            )
        if has_control_characters(text):
            raise Invalid("name must not contain control characters")
        return cls(text)

    @property
    def key(self) -> str:
        """The case-folded name: equal for names that differ in case alone (canonical caseless
        matching, The Unicode Standard 3.13, D145)."""
        return unicodedata.normalize("NFC", unicodedata.normalize("NFD", self.text).casefold())


class NameReservation(Aggregate):
    """Which channel holds one name in one workspace; the name is reserved and released by turns."""

    TOPIC: ClassVar[str] = "channel-name"

    class Event(Aggregate.Event):
        """Every event says who did it, and which request caused it."""

        actor_id: str
        correlation_id: str

    class Created(Event, Aggregate.Created):
        TOPIC: ClassVar[str] = "channel-name.reserved"
        workspace_id: str
        key: str
        channel_id: UUID

    class ReservedAgain(Event):
        TOPIC: ClassVar[str] = "channel-name.reserved-again"
        channel_id: UUID

    class Released(Event):
        TOPIC: ClassVar[str] = "channel-name.released"

    @event(Created)
    def __init__(
        self,
        workspace_id: str,
        key: str,
        channel_id: UUID,
        actor_id: str,  # noqa: ARG002  the event records this and the next, the state does not
        correlation_id: str,  # noqa: ARG002
    ) -> None:
        self.workspace_id = workspace_id
        self.key = key
        self.channel_id: UUID | None = channel_id

    @staticmethod
    def create_id(workspace_id: str, key: str) -> UUID:
        return name_stream_id(workspace_id, key)

    @event(ReservedAgain)
    def reserve_again(self, channel_id: UUID, actor_id: str, correlation_id: str) -> None:  # noqa: ARG002
        self.channel_id = channel_id

    @event(Released)
    def release(self, actor_id: str, correlation_id: str) -> None:  # noqa: ARG002
        self.channel_id = None


NameReserved = NameReservation.Created
NameReservedAgain = NameReservation.ReservedAgain
NameReleased = NameReservation.Released

NAME_TOPICS = frozenset(kind.TOPIC for kind in (NameReserved, NameReservedAgain, NameReleased))
"""The topics of the events that are about names and nothing else."""
