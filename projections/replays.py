"""The replays that a running service does for its operators: a rebuild, or a verification, of a
read model beside the live one, watched while it goes on. `kanal replay` does the same in a process
of its own."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from domain.errors import Conflict, DomainError, NotFound
from persistence.database.pool import Database
from persistence.log.postgres_event_log import PostgresEventLog
from projections.checking.verification import Comparison, Verification
from projections.running.projection import Projection
from projections.running.rebuild import Progress, rebuild

logger = logging.getLogger(__name__)


BEGINS_WITHIN = 3.0
"""Seconds; what an earlier one has left is removed first, and that may take longer."""


class ReplayKind(StrEnum):
    """What is done beside the live model."""

    REBUILD = "rebuild"
    VERIFY = "verify"


class ReplayState(StrEnum):
    """How it goes on, or has ended."""

    STARTING = "starting"
    """It waits for the database: what an earlier one has left is removed first."""
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


NOT_BEGUN = Progress(0, 0)


@dataclass(slots=True)
class Replay:
    """One replay, as far as it is."""

    kind: ReplayKind
    started_at: datetime
    progress: Progress = NOT_BEGUN
    state: ReplayState = ReplayState.STARTING
    ended_at: datetime | None = None
    error: str | None = None
    comparison: Comparison | None = None


class Replays:
    """Begins replays, at most one at a time of each projection, and knows the last of each."""

    def __init__(
        self, database: Database, log: PostgresEventLog, projections: Sequence[Projection]
    ) -> None:
        self._database = database
        self._log = log
        self._projections = {each.model.name: each for each in projections}
        self._latest: dict[str, Replay] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    @property
    def latest(self) -> Mapping[str, Replay]:
        """By projection, the one that runs or that has run last."""
        return self._latest

    def require(self, name: str) -> Projection:
        """The projection of that name. Raises NotFound."""
        if name not in self._projections:
            known = ", ".join(self._projections)
            raise NotFound(f"there is no projection {name!r}; there are: {known}")
        return self._projections[name]

    async def begin(self, name: str, kind: ReplayKind) -> Replay:
        """Begin one, and return once it runs, or is still starting after BEGINS_WITHIN, and goes on
        with that. Raises NotFound;
        Conflict where a replay of the projection runs, on whichever node; and Unavailable."""
        projection = self.require(name)
        if name in self._tasks:
            raise Conflict(f"{projection.model}: another replay of it is running")
        replay = Replay(kind, datetime.now(UTC))
        begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        do = self._rebuild if kind is ReplayKind.REBUILD else self._verify

        def tell(progress: Progress) -> None:
            replay.progress, replay.state = progress, ReplayState.RUNNING
            if not begun.done():
                begun.set_result(None)

        task = self._tasks[name] = asyncio.create_task(
            self._run(name, replay, do(projection, replay, tell), begun),
            name=f"{kind} {name}",
        )
        task.add_done_callback(lambda _: self._tasks.pop(name))
        with suppress(TimeoutError):
            async with asyncio.timeout(BEGINS_WITHIN):
                await asyncio.shield(begun)
        self._latest[name] = replay
        return replay

    async def close(self) -> None:
        """Stop those that run, which leaves the live models as they are."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(
        self,
        name: str,
        replay: Replay,
        doing: Coroutine[Any, Any, None],
        begun: "asyncio.Future[None]",
    ) -> None:
        """Never raises but when it is cancelled."""
        try:
            logger.info("%s of %s: begun for an operator", replay.kind, name)
            await doing
            replay.state = ReplayState.DONE
        except asyncio.CancelledError:
            replay.state = ReplayState.STOPPED
            raise
        except Exception as error:
            replay.state = ReplayState.FAILED
            is_known = isinstance(error, DomainError)
            replay.error = str(error) if is_known else "something went wrong; the log says what"
            logger.warning("%s of %s: %s", replay.kind, name, error, exc_info=not is_known)
            if not begun.done():
                begun.set_exception(error)
        finally:
            replay.ended_at = datetime.now(UTC)
            if not begun.done():
                begun.cancel()

    async def _rebuild(
        self, projection: Projection, _: Replay, tell: Callable[[Progress], None]
    ) -> None:
        async with aclosing(rebuild(self._database, self._log, projection)) as steps:
            async for progress in steps:
                tell(progress)

    async def _verify(
        self, projection: Projection, replay: Replay, tell: Callable[[Progress], None]
    ) -> None:
        async with Verification.begin(self._database, self._log, projection) as verification:
            async for progress in verification.rebuild():
                tell(progress)
            replay.comparison = await verification.compare()
