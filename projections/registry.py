"""The projections that there are: a service runs each, `kanal replay` knows each by its name."""

from uuid import UUID

from eventsourcing.persistence import Mapper

from projections.channel_list_projection import ChannelListProjection
from projections.channel_snapshots import ChannelSnapshots
from projections.projection import Projection


def create_projections(mapper: Mapper[UUID]) -> list[Projection]:
    """One of each; `mapper` is the log's."""
    return [ChannelListProjection(), ChannelSnapshots(mapper)]
