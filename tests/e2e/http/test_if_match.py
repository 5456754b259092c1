"""`If-Match`: a command is done to the version that it is meant for, or not at all. How it may be
written is in tests/unit/transport/http/test_if_match.py, and what is told before a stale version in
tests/unit/domain/test_change_refusals.py."""

import pytest

from tests.support.commands import COMMANDS, OfChannel, nothing_recorded, private_channel
from tests.support.http import User, changed, check_problem, created

every_command = pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)


@every_command
def test_a_command_for_the_version_that_there_is_is_done(alice: User, command: OfChannel) -> None:
    channel = private_channel(alice)
    assert channel["version"] == 2
    done = changed(command(alice.sending(if_match='"2"'), channel["id"]))
    assert done["position"] > channel["position"]


@every_command
@pytest.mark.parametrize(
    ("tags", "status", "code"), [('"1"', 412, "stale_version"), ("2", 400, "malformed")]
)
def test_a_command_for_another_version_is_refused_and_changes_nothing(
    alice: User, command: OfChannel, tags: str, status: int, code: str
) -> None:
    channel = private_channel(alice)
    members = alice.members(channel["id"]).json()
    with nothing_recorded(alice):
        response = command(alice.sending(if_match=tags), channel["id"])
        check_problem(response, status, code)
    assert alice.get(channel["id"]).json() == channel
    assert alice.members(channel["id"]).json() == members


def test_a_tag_beyond_ascii_is_the_tag_of_no_version(alice: User) -> None:
    channel = private_channel(alice)
    response = alice.sending(if_match=b'"\xff"').update(channel["id"], name="new")
    check_problem(response, 412, "stale_version")


def test_the_tag_of_an_answer_is_good_for_the_next_change(alice: User) -> None:
    response = alice.create("general")
    channel_id = created(response)["id"]
    for number in range(3):
        tag = response.headers["ETag"]
        response = alice.sending(if_match=tag).update(channel_id, name=f"channel {number}")
        changed(response)
        assert alice.get(channel_id).headers["ETag"] == response.headers["ETag"] != tag
        stale = alice.sending(if_match=tag).update(channel_id, name="mine")
        check_problem(stale, 412, "stale_version")
