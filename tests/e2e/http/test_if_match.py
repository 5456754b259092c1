"""`If-Match`: a command is done to the version that it is meant for, or not at all."""

from collections.abc import Callable

import pytest

from tests.support.commands import COMMANDS, OfChannel, nothing_recorded, private_channel
from tests.support.http import User, changed, check_problem, created

MakeUser = Callable[..., User]

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


MATCHING = {
    "one of a list": '"7","2", "1"',
    "a list with blanks": '"1" ,\t"2"',
    "a list with empty elements": ',"1", ,"2",',
    "beside a weak tag": 'W/"1", "2"',
    "beside tags of no version": '"", "abc", "a,b", "2"',
    "whatever there is": "*",
}


@pytest.mark.parametrize("tags", MATCHING.values(), ids=MATCHING)
def test_one_tag_that_is_the_version_is_enough(alice: User, tags: str) -> None:
    channel_id = private_channel(alice)["id"]
    assert changed(alice.sending(if_match=tags).update(channel_id, name="new"))["version"] == 3


STALE = {
    "a later version": '"3"',
    "two others": '"1", "3"',
    "the version, weak": 'W/"2"',
    "the version with a zero before it": '"02"',
    "the version as a decimal": '"2.0"',
    "an empty tag": '""',
    "a tag of no version": '"abc"',
    "a tag that looks like a list": '"1,2"',
    "a tag beyond ASCII": b'"\xff"',
    "a number beyond 64 bits": f'"{10**30}"',
    "zero": '"0"',
}


@pytest.mark.parametrize("tags", STALE.values(), ids=STALE)
def test_a_tag_that_is_not_the_version_is_stale(alice: User, tags: str | bytes) -> None:
    channel = private_channel(alice)
    response = alice.sending(if_match=tags).update(channel["id"], name="new")
    check_problem(response, 412, "stale_version")
    assert alice.get(channel["id"]).json() == channel


MALFORMED = ["", ",", "'2'", '"2', '2"', '"2" "2"', '*, "2"', '"2", *', "**", 'w/"2"', 'W"2"']


@pytest.mark.parametrize("tags", MALFORMED)
def test_what_is_no_list_of_tags_is_malformed(alice: User, tags: str) -> None:
    channel = private_channel(alice)
    response = alice.sending(if_match=tags).update(channel["id"], name="new")
    check_problem(response, 400, "malformed")
    assert alice.get(channel["id"]).json() == channel


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


def test_a_stale_command_is_told_so_also_where_nothing_would_change(alice: User) -> None:
    channel_id = private_channel(alice)["id"]
    stale = alice.sending(if_match='"1"')
    for response in (
        stale.update(channel_id),
        stale.add_member(channel_id, "zed"),
        stale.remove_member(channel_id, "nobody"),
    ):
        check_problem(response, 412, "stale_version")


def test_a_name_that_is_taken_is_not_told_to_the_stale(alice: User) -> None:
    created(alice.create("taken"))
    channel_id = private_channel(alice)["id"]
    response = alice.sending(if_match='"1"').update(channel_id, name="taken")
    check_problem(response, 412, "stale_version")


def test_what_the_caller_may_not_do_or_see_is_told_before_its_version(
    alice: User, member: MakeUser
) -> None:
    channel_id = private_channel(alice, bob="user")["id"]
    for name, status, code in (("bob", 403, "forbidden"), ("carol", 404, "not_found")):
        for tag in ('"1"', '"3"'):
            user = member(name).sending(if_match=tag)
            for command in COMMANDS.values():
                check_problem(command(user, channel_id), status, code)
