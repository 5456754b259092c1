"""What a projection is to those who run, rebuild and verify it."""

from collections.abc import Sequence
from typing import Protocol

from domain.event_log import RecordedEvent
from persistence.database.pool import Connection
from persistence.read_models.models import ReadModel


class Projection(Protocol):
    """Builds a read model from the log, and from nothing else."""

    @property
    def model(self) -> ReadModel:
        """Its name, in lower-case letters, and the version of its code: a newer version is built
        anew, beside the one before."""
        ...

    @property
    def readable_since(self) -> int:
        """The oldest version that those who read the model can read, where this one is not built
        yet."""
        ...

    @property
    def gathers_for(self) -> float:
        """Seconds from one page to the next while events keep coming: fewer pages cost less, and
        readers see later what is new."""
        ...

    @property
    def tables(self) -> str:
        """The statements that create its tables, by plain names, with the keys `apply` needs."""
        ...

    @property
    def indexes(self) -> str:
        """The statements that create what only readers need; a rebuild runs them when it has come
        to the head."""
        ...

    @property
    def ignores(self) -> frozenset[str]:
        """Topics of events that it has nothing to do with: a rebuild does not read them."""
        ...

    async def apply(self, connection: Connection, page: Sequence[RecordedEvent]) -> None:
        """Reflect the next events, in the caller's transaction; plain table names are its own."""
        ...
