"""The tables of docs/security.md: every test that they name is there."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[2]

DOCUMENT = TESTS.parent / "docs" / "security.md"


def test_every_test_that_shows_an_attack_is_there() -> None:
    rows = [row for row in DOCUMENT.read_text().splitlines() if "test_" in row]
    assert len(rows) > 20
    for row in rows:
        named = re.findall(r"`([\w/]+\.py)`", row.rpartition(" | ")[2])
        assert named, row
        for path in named:
            assert (TESTS / path).is_file(), path
