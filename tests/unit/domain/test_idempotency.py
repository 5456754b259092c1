"""The idempotency key: a request that is sent again is the same request, and no other is."""

from typing import Any

import pytest

from domain.commands import ChannelCommands
from domain.errors import IdempotencyKeyReused, NameTaken
from tests.support.creation import ALICE, BOB, create
from tests.support.memory_log import MemoryLog


@pytest.mark.parametrize("key", ["k", "k" * 255, "🙂", "\x00"], ids=ascii)
async def test_the_same_request_with_the_same_key_answers_the_first_channel(
    commands: ChannelCommands, log: MemoryLog, key: str
) -> None:
    first = await create(commands, description="x", is_private=True, idempotency_key=key)
    await create(commands, "in between", actor=BOB)
    before = list(log.events)
    again = await create(commands, description="x", is_private=True, idempotency_key=key)
    assert first.is_new
    assert not again.is_new
    assert vars(again.at.channel) == vars(first.at.channel)
    assert again.at.position == first.at.position
    assert log.events == before


@pytest.mark.parametrize(
    "differently",
    [
        {"name": "another"},
        {"name": "General"},
        {"description": "another"},
        {"description": ""},
        {"is_private": True},
        {"workspace_id": "other"},
    ],
    ids=str,
)
async def test_another_request_with_the_same_key_is_refused(
    commands: ChannelCommands, log: MemoryLog, differently: dict[str, Any]
) -> None:
    await create(commands, idempotency_key="k")
    before = list(log.events)
    with pytest.raises(IdempotencyKeyReused):
        await create(commands, **{"name": "general", "idempotency_key": "k", **differently})
    assert log.events == before


async def test_a_key_is_its_users_own(commands: ChannelCommands) -> None:
    alices = await create(commands, "one", idempotency_key="k")
    bobs = await create(commands, "two", actor=BOB, idempotency_key="k")
    assert bobs.is_new
    assert bobs.at.channel.id != alices.at.channel.id


async def test_a_key_does_not_give_a_taken_name(commands: ChannelCommands) -> None:
    await create(commands, idempotency_key="k")
    for actor, key in ((BOB, "k"), (ALICE, "another")):
        with pytest.raises(NameTaken):
            await create(commands, actor=actor, idempotency_key=key)


async def test_a_key_whose_request_was_refused_is_free(commands: ChannelCommands) -> None:
    await create(commands, "taken")
    with pytest.raises(NameTaken):
        await create(commands, "taken", idempotency_key="k")
    assert (await create(commands, "free", idempotency_key="k")).is_new
