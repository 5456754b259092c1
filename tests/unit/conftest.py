"""The unit tests' fixtures, and Hypothesis: no deadlines, the same examples in every run."""

import pytest
from hypothesis import HealthCheck, settings

from domain.channel_repository import ChannelRepository
from domain.commands import ChannelCommands
from domain.queries import ChannelQueries, ChannelRef
from projections.emissions.change_reader import ChangeReader
from tests.support.creation import ALICE, BOB, asked_by, create
from tests.support.memory_log import MemoryLog
from tests.support.turns import TurnsLog, done

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
def queries(log: MemoryLog, channels: ChannelRepository) -> ChannelQueries:
    """Queries over that log."""
    return ChannelQueries(log, channels)


@pytest.fixture
def commands(log: MemoryLog, queries: ChannelQueries) -> ChannelCommands:
    """Commands over that log."""
    return ChannelCommands(log, queries)


@pytest.fixture
def ref(commands: ChannelCommands) -> ChannelRef:
    """A private channel of alice's with mona and bob as plain members, beside another channel."""
    done(create(commands, "another", actor=BOB))
    at = done(create(commands, description="text", is_private=True)).at
    ref = ChannelRef("demo", at.channel.id)
    for user_id in ("mona", "bob"):
        done(commands.add_member(asked_by(ALICE), ref, user_id))
    return ref


@pytest.fixture(params=["one node", "two nodes"])
def nodes(request: pytest.FixtureRequest, log: MemoryLog) -> list[ChannelCommands]:
    """The commands of two callers at once, whose node may be one; each call waits for its turn."""

    def node() -> ChannelCommands:
        turns = TurnsLog(log)
        return ChannelCommands(turns, ChannelQueries(turns, ChannelRepository(turns)))

    return [node()] * 2 if request.param == "one node" else [node(), node()]


@pytest.fixture
def changes(channels: ChannelRepository) -> ChangeReader:
    """The changes along that log."""
    return ChangeReader(channels)
