"""A client of Kanal for asyncio: the list of a workspace's channels, kept level with the service,
and the commands that change it.

    connect(url, workspace, token=…)  →  Channels
        .state, .states(), .subscribe()   what is shown
        .create(), .update(), …           what is asked for
"""

from kanal_client.client import Channels, connect
from kanal_client.errors import Code, KanalError
from kanal_client.models import Channel, HistoryEntry, Member, MemberRole
from kanal_client.state import State, Status

__all__ = [
    "Channel",
    "Channels",
    "Code",
    "HistoryEntry",
    "KanalError",
    "Member",
    "MemberRole",
    "State",
    "Status",
    "connect",
]
