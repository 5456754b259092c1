"""The unit tests' fixtures, and Hypothesis: no deadlines, the same examples in every run."""

import pytest
from hypothesis import HealthCheck, settings

from domain.channel_repository import ChannelRepository
from domain.commands import ChannelCommands
from projections.channel_changes import ChannelChanges
from tests.support.memory_log import MemoryLog

settings.register_profile(
    "promises", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("promises")


@pytest.fixture
def log() -> MemoryLog:
    """An empty log in memory."""
    return MemoryLog()


@pytest.fixture
def channels(log: MemoryLog) -> ChannelRepository:
    """The channels of that log."""
    return ChannelRepository(log)


@pytest.fixture
def commands(log: MemoryLog, channels: ChannelRepository) -> ChannelCommands:
    """Commands over that log."""
    return ChannelCommands(log, channels)


@pytest.fixture
def changes(channels: ChannelRepository) -> ChannelChanges:
    """The changes along that log."""
    return ChannelChanges(channels)
