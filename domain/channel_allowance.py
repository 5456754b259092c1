"""The channel allowance: whether a workspace may have one more channel, as the commands ask it; a
protocol, which `projections/views` implements."""

from typing import Protocol


class ChannelAllowance(Protocol):
    """Keeps the number of each workspace's channels below a limit."""

    async def take(self, workspace_id: str) -> bool:
        """Whether the workspace may have one more channel; it counts as one until it is `settled`.
        Raises Unavailable."""
        ...

    def settled(self, workspace_id: str, *, is_created: bool) -> None:
        """Say what has become of a channel that there was room for."""
        ...
