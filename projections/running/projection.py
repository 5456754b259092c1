"""The projection, as the runner, the rebuild and the verification know it."""

from collections.abc import Sequence
from typing import Protocol

from domain.event_log import RecordedEvent
from persistence.database.pool import Connection
from persistence.read_models.models import ReadModel


class Projection(Protocol):
    """Derives a read model from the log, and from nothing else."""

    @property
    def model(self) -> ReadModel:
        """The name of the model, in lower-case letters, and its version. A newer version is built
        beside the one before it."""
        ...

    @property
    def readable_since(self) -> int:
        """The oldest version of the model that its readers can use while this one is not built."""
        ...

    @property
    def gathers_for(self) -> float:
        """Seconds between two pages under load. With more there are fewer transactions, and readers
        see new events later."""
        ...

    @property
    def tables(self) -> str:
        """The statements that create its tables, with unqualified names and the keys `apply`
        needs."""
        ...

    @property
    def indexes(self) -> str:
        """The statements that create the indexes that only readers need; a rebuild executes them
        when it has come to the head."""
        ...

    @property
    def ignores(self) -> frozenset[str]:
        """Topics of events that do not affect the model: a rebuild does not read them."""
        ...

    async def apply(self, connection: Connection, page: Sequence[RecordedEvent]) -> None:
        """Apply the next events to the tables, in the caller's transaction."""
        ...
