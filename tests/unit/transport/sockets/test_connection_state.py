"""`pid` and `offset`: a stock client is never taken to have seen what it has not, nor told so."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persistence.log.epochs import Epoch, Lineage
from tests.support.recovery import Memory
from transport.delivery.claims import Claim, best_claim
from transport.sockets.recovery import Kept, Pid, kept_by

LOG, OTHER = "01234567-89ab-cdef-0123-456789abcdef", "fedcba98-7654-3210-fedc-ba9876543210"

POSITIONS = st.integers(0, 10**18 - 1)

CONNECTIONS = st.tuples(
    st.sampled_from([LOG, OTHER]),  # that is served
    st.booleans(),  # whether all that was missed is told, if anything is claimed
    st.booleans(),  # whether an error is heard first
    st.lists(POSITIONS, max_size=2),  # of the events that are heard then
)


@given(st.lists(CONNECTIONS, max_size=8))
def test_over_any_connections_a_client_claims_the_place_where_it_is_and_hears_the_truth(
    connections: list[tuple[str, bool, bool, list[int]]],
) -> None:
    client, place = Memory(), None
    for log_id, can_be_told, has_error, positions in connections:
        kept = kept_by(client.handshake({"recover": True}))
        assert kept is not None
        assert kept.claim == place
        is_told_all = can_be_told and kept.claim is not None
        pid = kept.answered(log_id, is_told_all=is_told_all)
        assert client.connected(str(pid)) is is_told_all
        if has_error:
            client.hear({"code": "token_expired"}, kept.offset)
        for position in positions:
            client.hear({}, f"{position}{pid.suffix(log_id)}")
            place = Claim(position, log_id)


def test_the_first_pid_is_the_id_of_the_log_and_its_offsets_are_positions() -> None:
    kept = kept_by({"recover": True})
    assert kept == Kept()
    pid = kept.answered(LOG, is_told_all=False)
    assert (str(pid), pid.suffix(LOG)) == (LOG, "")


@given(st.text() | st.from_regex(r"[0-9@~.+-]*", fullmatch=True))
def test_an_offset_that_is_none_claims_nothing(text: str) -> None:
    claim = Pid(LOG).claim(text)
    position, _, log = text.partition("@")
    if claim is not None:
        assert (claim.position, claim.log) == (int(position), log or LOG)
        assert position.isascii()
        assert position.isdigit()


@pytest.mark.parametrize(
    "offset",
    ["", "x", "-1", "1.5", "1 ", "1\n", "١", "9" * 19, "@", "1@", f"@{LOG}", f"1@{LOG}~",
     f"1@{LOG}@{LOG}", "1@" + "x" * 65, 7, None, ["1"]],
    ids=repr,
)  # fmt: skip
def test_what_is_no_offset_claims_nothing_and_gets_another_pid(offset: Any) -> None:
    kept = kept_by({"recover": True, "pid": LOG, "offset": offset})
    assert kept is not None
    assert kept.claim is None
    assert str(kept.answered(LOG, is_told_all=False)) != LOG


@pytest.mark.parametrize(
    "pid",
    ["", "~", "~12345678", f"{LOG}~", f"{LOG}~1234567", f"{LOG}~1234567G", f"{LOG}~12345678~",
     f"{LOG}@1", f"{LOG}\n", "x" * 65, "\ud800", 7, None, [LOG]],
    ids=repr,
)  # fmt: skip
def test_what_is_no_pid_claims_nothing(pid: Any) -> None:
    assert kept_by({"recover": True, "pid": pid, "offset": "1"}) == Kept()


@pytest.mark.parametrize("auth", [None, "recover", [], {}, {"recover": 1}, {"recover": "true"}])
def test_who_does_not_ask_takes_no_part(auth: Any) -> None:
    assert kept_by(auth) is None


def test_the_best_claim_is_the_furthest_of_those_that_are_about_this_log() -> None:
    log = Lineage((Epoch(UUID(LOG), 1, datetime(2026, 1, 31, tzinfo=UTC)),))
    near, far, beyond = Claim(1, LOG), Claim(2), Claim(3, OTHER)
    assert best_claim(log, near, beyond, None, far) == far
    assert best_claim(log, None, beyond, near) == near
    assert best_claim(log, beyond, None) == beyond
    assert best_claim(log, None, None) is None
