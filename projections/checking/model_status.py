"""The status of the read models, as `kanal replay --list` shows it: versions, positions, lags."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from persistence.database.pool import Database
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.read_models.checkpoints import read_checkpoints
from persistence.read_models.models import ReadModel, schema_exists
from projections.running.projection import Projection


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One version of a read model, with its checkpoint and the head of the log."""

    model: ReadModel
    position: int | None
    """None where it is not built."""
    head: int
    lag: float
    """Seconds since the recording of the first event that the model does not reflect yet."""
    state: str


async def model_statuses(
    database: Database, log: PostgresEventLog, projections: Sequence[Projection]
) -> list[ModelStatus]:
    """The status of every model that is built, and of those of `projections`. Raises
    Unavailable."""
    wanted = {projection.model.name: projection.model for projection in projections}
    async with database.acquire() as connection:
        positions: dict[ReadModel, int | None] = {**await read_checkpoints(connection)}
        in_work = {
            model.name
            for model in wanted.values()
            if await schema_exists(connection, model.next_schema)
        }
    head = await log.head()
    for model in wanted.values():
        positions.setdefault(model, None)
    return [
        ModelStatus(
            model=model,
            position=positions[model],
            head=head,
            lag=await _lag(log, positions[model], head),
            state=_state(model, wanted.get(model.name), positions, in_work),
        )
        for model in sorted(positions, key=lambda each: (each.name, each.version))
    ]


async def _lag(log: PostgresEventLog, position: int | None, head: int) -> float:
    if position is None or position >= head:
        return 0.0
    first: Any = (await log.read_all(after=position, limit=1))[0].event
    recorded_at: datetime = first.timestamp
    return max(0.0, (datetime.now(UTC) - recorded_at).total_seconds())


def _state(
    model: ReadModel,
    wanted: ReadModel | None,
    positions: dict[ReadModel, int | None],
    in_work: set[str],
) -> str:
    if wanted is None:
        return "of a projection that this Kanal does not know"
    if model == wanted:
        rebuilt = model.name in in_work
        if positions[model] is None:
            return "being built" if rebuilt else "not built"
        return "served, being rebuilt" if rebuilt else "served"
    if model.version > wanted.version:
        return "of a newer Kanal"
    if positions[wanted] is None:
        return f"served until version {wanted.version} is built"
    return "kept, for going back to it"
