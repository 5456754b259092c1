"""A service that breaks a promise of its sockets or feed is found out by whom it was promised."""

import re
from dataclasses import replace

import pytest

from tests.faults.checker import findings_of
from tests.faults.run import FAULTS, Plan, run
from tests.support.nats_server import programs

pytestmark = pytest.mark.timeout(300)  # many processes start, maybe beside others

STOCK = r"(javascript|python)-\d: "
READERS = (r"feed-poll-\S+: ", r"feed-stream-\S+: ")
RETOLD = ("webhook: ", *("jetstream: " for _ in programs()))


@pytest.mark.parametrize(
    ("plant", "findings"),
    [
        (
            "skip",
            [
                r"kanal-\S+: at .* lacks ",
                f"{STOCK}never heard of ",
                *(f"{reader}never heard of " for reader in [*READERS, *RETOLD]),
            ],
        ),
        (
            "repeat",
            [
                f"{STOCK}heard of .* again, ",
                *(f"{reader}heard of .* again, " for reader in READERS),
            ],
        ),
    ],
)
async def test_what_is_planted_in_the_service_is_found(plant: str, findings: list[str]) -> None:
    plan = Plan(seed=1, faults=3, only=("drop clients",), plant=plant)
    # Nobody is awaited: who is told nothing would be, for long.
    history = await run(plan, scene=replace(FAULTS, awaited=0.0))
    found = findings_of(history)
    for pattern in findings:
        assert any(re.match(pattern, line) for line in found), (pattern, found)
