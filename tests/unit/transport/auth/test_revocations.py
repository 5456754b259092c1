"""The revocations in force: what is left of what was granted, at every door alike."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access import RevokedAccess
from domain.actor import Actor, Role
from domain.errors import AccessRevoked, Forbidden, Unavailable
from transport.auth import revocations as module
from transport.auth.revocations import Revocations

NOW = 1_800_000_000.0
DAY = 86_400.0


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The service's clock, which stands still: `time` answers what it is set to."""
    clock = SimpleNamespace(seconds=NOW)
    clock.time = lambda: clock.seconds
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def revocations(clock: SimpleNamespace) -> Revocations:
    known = Revocations(kept_for=30 * DAY)
    known.load([])
    known.all_known()
    return known


def revoked(at: float, workspace_id: str | None = None, user: str = "alice") -> RevokedAccess:
    return RevokedAccess(user, workspace_id, datetime.fromtimestamp(at, UTC))


def actor(granted_at: float, *workspaces: str, user: str = "alice") -> Actor:
    return Actor(user, dict.fromkeys(workspaces, Role.USER), granted_at=granted_at)


@pytest.mark.parametrize("granted_at", [0.0, -1.0, NOW - DAY, NOW - 0.001, NOW])
def test_what_was_granted_until_that_moment_is_taken_back(
    revocations: Revocations, granted_at: float
) -> None:
    revocations.add(revoked(NOW))
    with pytest.raises(AccessRevoked) as refused:
        revocations.admit(actor(granted_at, "demo"))
    assert refused.value.code == "access_revoked"


def test_what_is_granted_later_is_left_alone_and_so_are_others(revocations: Revocations) -> None:
    revocations.add(revoked(NOW))
    later, other = actor(NOW + 0.000001, "demo"), actor(0, "demo", user="bob")
    assert revocations.admit(later) is later
    assert revocations.admit(other) is other


def test_one_workspace_is_lost_and_the_others_are_left(revocations: Revocations) -> None:
    revocations.add(revoked(NOW, "lost"))
    left = revocations.admit(actor(NOW, "lost", "kept"))
    assert left.role_in("kept") is Role.USER
    with pytest.raises(AccessRevoked, match="to the workspace 'lost'"):
        left.role_in("lost")
    with pytest.raises(Forbidden):
        left.role_in("never had")
    elsewhere = actor(NOW, "kept")
    assert revocations.admit(elsewhere) is elsewhere


@pytest.mark.parametrize("workspace_id", [None, "demo"])
def test_of_two_the_later_holds_in_whichever_order_they_come(
    revocations: Revocations, workspace_id: str | None
) -> None:
    revocations.add(revoked(NOW, workspace_id))
    revocations.add(revoked(NOW - DAY, workspace_id))
    with pytest.raises(AccessRevoked):
        revocations.admit(actor(NOW, "demo")).role_in("demo")


def test_nobody_is_let_in_before_all_are_known(revocations: Revocations) -> None:
    revocations.forget()
    with pytest.raises(Unavailable):
        revocations.admit(actor(NOW))
    revocations.load([revoked(NOW)])
    with pytest.raises(Unavailable):
        revocations.admit(actor(NOW, user="bob"))
    revocations.all_known()
    assert revocations.admit(actor(NOW, user="bob"))
    with pytest.raises(AccessRevoked):
        revocations.admit(actor(NOW))


async def test_whoever_comes_a_moment_too_early_waits_and_is_then_let_in_or_not(
    revocations: Revocations,
) -> None:
    revocations.forget()
    both = asyncio.gather(
        revocations.admit_once_known(actor(NOW, user="bob")),
        revocations.admit_once_known(actor(NOW)),
        return_exceptions=True,
    )
    await asyncio.sleep(0)
    revocations.load([revoked(NOW)])
    await asyncio.sleep(0)
    assert not both.done()
    revocations.all_known()
    admitted, refused = await both
    assert admitted == actor(NOW, user="bob")
    assert isinstance(refused, AccessRevoked)


async def test_nobody_waits_for_long(
    revocations: Revocations, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    revocations.forget()
    with pytest.raises(Unavailable):
        await revocations.admit_once_known(actor(NOW))


def test_those_that_no_token_outlives_are_forgotten(
    revocations: Revocations, clock: SimpleNamespace
) -> None:
    for number in range(100):
        clock.seconds += DAY
        revocations.add(revoked(clock.seconds, user=f"user-{number}"))
    assert len(revocations._by_user) == 31
    with pytest.raises(AccessRevoked):
        revocations.admit(actor(0, user="user-99"))


_TIMES = st.integers(0, 12).map(lambda days: NOW - 6 * DAY + days * DAY)
_WORKSPACES = st.sampled_from(["a", "b"])


@given(
    st.lists(st.tuples(_TIMES, st.one_of(st.none(), _WORKSPACES), st.sampled_from("xy"))),
    _TIMES,
    st.frozensets(_WORKSPACES),
)
def test_in_whatever_order_they_come_each_holds_for_what_was_granted_until_then(
    taken_back: list[tuple[float, str | None, str]], granted_at: float, workspaces: frozenset[str]
) -> None:
    revocations = Revocations(kept_for=timedelta(days=10_000).total_seconds())
    revocations.load([])
    revocations.all_known()
    for at, workspace_id, user in taken_back:
        revocations.add(revoked(at, workspace_id, user))
    holding = {where for at, where, user in taken_back if user == "x" and at >= granted_at}
    asks = actor(granted_at, *workspaces, user="x")
    if None in holding:
        with pytest.raises(AccessRevoked):
            revocations.admit(asks)
    else:
        left = revocations.admit(asks)
        assert left.roles.keys() == workspaces - holding
        assert left.revoked == workspaces & holding
