"""The search of what services write finds a secret, whole or in part, and shows it to nobody."""

import pytest

from tests.support.keys import RSA, signed
from tests.support.outputs import lines_that_show
from tests.support.tokens import SECRET, token

ACCESS = token("alice")

SHOWN = {
    "a secret": SECRET,
    "a token": ACCESS,
    "a token in quotes": f'{{"token":"{ACCESS}"}}',
    "its signature": ACCESS.split(".")[2],
    "its claims": f"claims={ACCESS.split('.')[1]}!",
    "a token that nobody has spoken of": signed(RSA, sub="mallory"),
}


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN)
def test_a_secret_in_an_output_is_found(shown: str) -> None:
    text = f"2026-01-31 INFO before\n2026-01-31 INFO it is {shown} so\nafter\n"
    (line,) = lines_that_show(text, {SECRET, ACCESS})
    assert line.startswith("line 2: 2026-01-31 INFO it is ")
    for part in (SECRET, *ACCESS.split(".")[1:], shown):
        assert part not in line


def test_what_is_no_secret_is_not_taken_for_one() -> None:
    text = "\n".join(
        [
            "TOKEN=" + ACCESS,  # the greeting
            "the header alone: " + ACCESS.split(".")[0],
            "request 9f86d081884c7d65-1, log c1632d0a-0503-4935-bd81-084c4f220ae7",
        ]
    )
    assert list(lines_that_show(text, {SECRET, ACCESS})) == []
