"""The registry of projections: a service runs each, and `kanal replay` finds each by its name."""

from uuid import UUID

from eventsourcing.persistence import Mapper

from projections.channel_list.projection import ChannelListProjection
from projections.revocations.projection import RevocationsProjection
from projections.running.projection import Projection
from projections.snapshots import ChannelSnapshots


def create_projections(mapper: Mapper[UUID]) -> list[Projection]:
    """One of each; `mapper` is the log's."""
    return [ChannelListProjection(), ChannelSnapshots(mapper), RevocationsProjection()]
