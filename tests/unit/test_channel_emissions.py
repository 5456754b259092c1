"""The emissions: what is said of each event, and to whom."""

from domain.commands import ChannelCommands
from projections.channel_emissions import Audience, emissions_of
from projections.channel_model import channel_model
from tests.support.creation import create
from tests.support.memory_log import MemoryLog


async def test_a_public_channel_is_told_to_its_whole_workspace(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    await create(commands)
    (emission,) = emissions_of(log.events[0])
    assert emission.event == "channel-created"
    assert emission.audience == Audience("demo", only=None)


async def test_a_private_channel_is_told_to_its_members_alone(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    await create(commands, is_private=True)
    (emission,) = emissions_of(log.events[0])
    assert emission.event == "channel-created"
    assert emission.audience == Audience("demo", only=frozenset({"alice"}))


async def test_a_name_is_told_to_nobody(commands: ChannelCommands, log: MemoryLog) -> None:
    await create(commands)
    assert emissions_of(log.events[1]) == []


async def test_what_is_told_is_the_channel_at_the_position_of_its_event(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    await create(commands, "first")
    creation = await create(commands, "second")
    (emission,) = emissions_of(log.events[creation.at.position - 1])
    assert emission.payload == channel_model(creation.at)
    assert emission.position == emission.payload.position == creation.at.position == 3
