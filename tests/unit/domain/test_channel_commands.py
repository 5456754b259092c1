"""The commands: who may create which channel, and who may read one."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from domain.actor import Actor, Role
from domain.channel import ChannelCreated
from domain.channel_name import NameReservation, NameReserved
from domain.commands import ChannelCommands
from domain.errors import Forbidden, Invalid, NameTaken, NotFound
from domain.queries import ChannelQueries, ChannelRef
from tests.support.creation import ALICE, BOB, GUEST, create
from tests.support.memory_log import MemoryLog


async def test_a_channel_is_created_as_asked_for(commands: ChannelCommands) -> None:
    creation = await create(commands, " General ", description="All of it", is_private=True)
    channel = creation.at.channel
    assert creation.is_new
    assert channel.workspace_id == "demo"
    assert channel.name == "General"
    assert channel.description == "All of it"
    assert channel.is_private
    assert channel.creator_id == "alice"
    assert channel.version == 1


async def test_the_channel_and_its_name_are_appended_together(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    creation = await create(commands, "Straße")
    created, reserved = (recorded.event for recorded in log.events)
    assert isinstance(created, ChannelCreated)
    assert isinstance(reserved, NameReserved)
    assert created.originator_id == creation.at.channel.id
    assert reserved.originator_id == NameReservation.create_id("demo", "strasse")
    assert reserved.channel_id == creation.at.channel.id
    assert (reserved.workspace_id, reserved.key) == ("demo", "strasse")
    assert [recorded.workspace_id for recorded in log.events] == ["demo", "demo"]
    for event in (created, reserved):
        assert (event.actor_id, event.correlation_id) == ("alice", "a request of alice")


async def test_a_creation_is_answered_with_the_position_of_the_channel(
    commands: ChannelCommands, log: MemoryLog
) -> None:
    for name in ("one", "two"):
        creation = await create(commands, name)
        recorded = log.events[creation.at.position - 1]
        assert isinstance(recorded.event, ChannelCreated)
        assert recorded.event.name == name


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MODERATOR, Role.USER])
async def test_who_is_not_a_guest_may_create(commands: ChannelCommands, role: Role) -> None:
    assert (await create(commands, actor=Actor("dora", {"demo": role}))).is_new


REFUSED: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "a guest": ({"actor": GUEST}, Forbidden, "a guest may not create channels"),
    "a workspace not named by the token": (
        {"actor": BOB, "workspace_id": "other"},
        Forbidden,
        "does not name the workspace 'other'",
    ),
    "nobody's workspace": ({"actor": Actor("eve", {})}, Forbidden, "workspace 'demo'"),
    "an empty workspace id": ({"workspace_id": ""}, Invalid, "workspaceId"),
    "a long workspace id": ({"workspace_id": "a" * 129}, Invalid, "workspaceId"),
    "no name": ({"name": "  "}, Invalid, "name"),
    "a long description": ({"description": "a" * 2_001}, Invalid, "description"),
    "an empty idempotency key": ({"idempotency_key": ""}, Invalid, "idempotency key"),
    "a long idempotency key": ({"idempotency_key": "k" * 256}, Invalid, "idempotency key"),
    "an unsayable idempotency key": ({"idempotency_key": "\ud800"}, Invalid, "lone surrogate"),
}


@pytest.mark.parametrize(("request_", "error", "words"), REFUSED.values(), ids=REFUSED)
async def test_a_refused_creation_records_nothing(
    commands: ChannelCommands,
    log: MemoryLog,
    request_: dict[str, Any],
    error: type[Exception],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        await create(commands, **request_)
    assert log.events == []


async def test_a_guest_of_one_workspace_may_create_in_another(commands: ChannelCommands) -> None:
    assert (await create(commands, actor=GUEST, workspace_id="other")).is_new


@pytest.mark.parametrize("actor", [ALICE, BOB])
@pytest.mark.parametrize("name", ["Straße", "STRASSE", "  straße  "])
async def test_a_name_is_unique_regardless_of_case_and_who_asks(
    commands: ChannelCommands, log: MemoryLog, actor: Actor, name: str
) -> None:
    await create(commands, "Straße")
    before = list(log.events)
    with pytest.raises(NameTaken, match=f"{name.strip()!r} exists in this workspace"):
        await create(commands, name, actor=actor)
    assert log.events == before


async def test_a_private_channel_takes_its_name_too(commands: ChannelCommands) -> None:
    await create(commands, is_private=True)
    with pytest.raises(NameTaken):
        await create(commands, actor=BOB)


async def test_workspaces_have_names_of_their_own(commands: ChannelCommands) -> None:
    one = await create(commands, workspace_id="demo")
    other = await create(commands, workspace_id="other")
    assert one.at.channel.id != other.at.channel.id


async def test_a_channel_is_read_as_the_log_has_it(
    commands: ChannelCommands, queries: ChannelQueries
) -> None:
    await create(commands, "first")
    creation = await create(commands, "second")
    at = await queries.channel(BOB, ChannelRef("demo", creation.at.channel.id))
    assert vars(at.channel) == vars(creation.at.channel)
    assert at.position == creation.at.position


async def unknown(_: ChannelCommands) -> UUID:
    return uuid4()


async def name_stream(commands: ChannelCommands) -> UUID:
    await create(commands)
    return NameReservation.create_id("demo", "general")


async def of_another_workspace(commands: ChannelCommands) -> UUID:
    return (await create(commands, workspace_id="other")).at.channel.id


async def private_of_another(commands: ChannelCommands) -> UUID:
    return (await create(commands, is_private=True)).at.channel.id


@pytest.mark.parametrize("hidden", [unknown, name_stream, of_another_workspace, private_of_another])
async def test_a_channel_that_may_not_be_seen_looks_as_if_it_were_not_there(
    commands: ChannelCommands, queries: ChannelQueries, hidden: Any
) -> None:
    channel_id = await hidden(commands)
    with pytest.raises(NotFound) as refused:
        await queries.channel(BOB, ChannelRef("demo", channel_id))
    assert refused.value.message == f"there is no channel {channel_id}"


async def test_a_channel_of_a_workspace_not_named_by_the_token_is_forbidden(
    commands: ChannelCommands,
    queries: ChannelQueries,
) -> None:
    channel_id = await of_another_workspace(commands)
    with pytest.raises(Forbidden, match="'other'"):
        await queries.channel(BOB, ChannelRef("other", channel_id))
