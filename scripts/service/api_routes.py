"""The HTTP API of one node: its routes for commands and queries, made of the parts that serve
them."""

from sanic import Blueprint

from domain.queries import ChannelQueries
from persistence.database.time_budget import TURN_TIMEOUT
from projections.channel_list.reader import ChannelList
from projections.views.past_channels import PastChannels
from transport.command import Commands
from transport.http.callers import Callers
from transport.http.channels import create_channel_routes
from transport.http.members import create_member_routes
from transport.http.revocations import create_revocation_routes
from transport.limits.turns import Turns

LOOKS_BACK = 1
"""List pages of the past, and pages of history, that are made at the same time."""


def create_api_routes(
    callers: Callers,
    commands: Commands,
    queries: ChannelQueries,
    channels: ChannelList,
    past: PastChannels,
) -> list[Blueprint]:
    """All routes that a token is needed for."""
    looks_back = Turns(LOOKS_BACK, patience=TURN_TIMEOUT)
    return [
        create_channel_routes(callers, commands.channels, queries, channels, past, looks_back),
        create_member_routes(callers, commands.channels, queries, looks_back),
        create_revocation_routes(callers, commands.access),
    ]
