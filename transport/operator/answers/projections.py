"""The shapes of read models and their replays."""

from typing import Annotated, Any

import msgspec

from projections.replays import ReplayKind, ReplayState
from projections.representations import Moment
from transport.operator.answers.connections import NodeId, SilentNode


class DifferingRow(msgspec.Struct, frozen=True, rename="camel"):
    """A row that only the live model has, or only the log says."""

    table: str
    is_live: bool
    row: dict[str, Any]


class Differences(msgspec.Struct, frozen=True, rename="camel"):
    """What a verification has found; `rows` are the first of those that differ."""

    position: int
    compared: Annotated[int, msgspec.Meta(description="rows of the live model")]
    differing: int
    rows: list[DifferingRow]


class Replay(msgspec.Struct, frozen=True, rename="camel"):
    """A rebuild or a verification that starts or runs, or the last that has, and on which node."""

    kind: ReplayKind
    state: ReplayState
    node_id: NodeId
    started_at: Moment
    ended_at: Moment | None
    position: Annotated[int, msgspec.Meta(ge=0, description="how far it is")]
    head: Annotated[int, msgspec.Meta(ge=0, description="how far it is to come")]
    error: str | None
    differences: Annotated[Differences, msgspec.Meta(description="of a verification")] | None


class ModelVersion(msgspec.Struct, frozen=True, rename="camel"):
    """One version of a read model. `lag` is in positions, `lagSeconds` since the recording of the
    first event that it does not reflect."""

    version: int
    position: int | None
    lag: int | None
    lag_seconds: float
    state: Annotated[str, msgspec.Meta(description="in words, as kanal replay --list has it")]


class ProjectionAnswer(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `GET /operator/projections/{projection}`."""

    name: str
    versions: list[ModelVersion]
    head: int
    replay: Annotated[Replay, msgspec.Meta(description="null: none since the nodes began")] | None
    silent: list[SilentNode] = []


class ProjectionList(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of `GET /operator/projections`."""

    projections: list[ProjectionAnswer]
    head: int
    silent: list[SilentNode]
