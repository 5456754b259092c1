"""The emissions: what each event of the log means to those who listen. Pure: event in, words out.

It decides who may hear and what; how it gets to them is the transport's business.
"""

from dataclasses import dataclass
from typing import cast

from domain.channel import Channel, ChannelCreated
from domain.commands import ChannelAt
from domain.event_log import RecordedEvent
from projections.channel_model import ChannelModel, channel_model


@dataclass(frozen=True, slots=True)
class Audience:
    """The users of a workspace who may hear; all of them, or `only` some."""

    workspace_id: str
    only: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Emission:
    """One thing to say, once, to everyone in the audience."""

    audience: Audience
    event: str
    payload: ChannelModel
    position: int


def emissions_of(recorded: RecordedEvent) -> list[Emission]:
    """What is to be said of an event; nothing for those that concern nobody outside."""
    event = recorded.event
    if not isinstance(event, ChannelCreated):
        return []
    channel = cast(Channel, event.mutate(None))
    return [
        Emission(
            audience=Audience(
                channel.workspace_id, only=channel.members if channel.is_private else None
            ),
            event="channel-created",
            payload=channel_model(ChannelAt(channel, recorded.position)),
            position=recorded.position,
        )
    ]
