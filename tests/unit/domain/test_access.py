"""Access is taken back by operators alone, as one event that says whose, where, by whom and why."""

from dataclasses import replace

import pytest

from domain.access import AccessCommands, AccessRevoked, RevokedAccess
from domain.actor import Cause
from domain.channel_repository import ChannelRepository
from domain.errors import Forbidden, Invalid
from tests.support.creation import ALICE, WORKSPACE_ADMIN
from tests.support.memory_log import MemoryLog

OLGA = replace(
    ALICE, user_id="olga", roles={}, scopes=frozenset({"kanal:read-log", "kanal:operate"})
)
BY_OLGA = Cause(OLGA, "a request")


@pytest.fixture
def access(log: MemoryLog) -> AccessCommands:
    return AccessCommands(log)


@pytest.mark.parametrize("workspace_id", [None, "demo"])
async def test_one_event_says_all_of_it(
    access: AccessCommands, log: MemoryLog, workspace_id: str | None
) -> None:
    at = await access.revoke_access(BY_OLGA, "bob", workspace_id)
    (recorded,) = log.events
    event = recorded.event
    assert isinstance(event, AccessRevoked)
    assert (event.user_id, event.workspace_id) == ("bob", workspace_id)
    assert (event.actor_id, event.correlation_id) == ("olga", "a request")
    assert recorded.workspace_id == workspace_id
    assert at.position == recorded.position == 1
    assert at.access == RevokedAccess("bob", workspace_id, event.timestamp)


async def test_a_second_time_is_an_event_of_its_own(access: AccessCommands, log: MemoryLog) -> None:
    first = await access.revoke_access(BY_OLGA, "bob")
    second = await access.revoke_access(BY_OLGA, "bob")
    assert (first.position, second.position) == (1, 2)
    assert second.access.revoked_at >= first.access.revoked_at
    assert len({recorded.event.originator_id for recorded in log.events}) == 2


@pytest.mark.parametrize(
    "actor", [ALICE, WORKSPACE_ADMIN, replace(OLGA, scopes=frozenset({"operate"}))]
)
async def test_who_is_no_operator_may_not(
    access: AccessCommands, log: MemoryLog, actor: object
) -> None:
    with pytest.raises(Forbidden, match="kanal:operate"):
        await access.revoke_access(Cause(actor, "a request"), "bob")  # type: ignore[arg-type]
    assert log.events == []


@pytest.mark.parametrize(
    ("user", "workspace"),
    [("", None), ("a" * 129, None), ("a\n", None), ("bob", ""), ("bob", "\x00")],
)
async def test_ids_that_are_none_are_refused(
    access: AccessCommands, log: MemoryLog, user: str, workspace: str | None
) -> None:
    with pytest.raises(Invalid):
        await access.revoke_access(BY_OLGA, user, workspace)
    assert log.events == []


async def test_its_stream_is_no_channel(access: AccessCommands, log: MemoryLog) -> None:
    """Whoever knows its id and asks for a channel by it learns nothing."""
    await access.revoke_access(BY_OLGA, "bob")
    assert await ChannelRepository(log).find(log.events[0].event.originator_id) is None
