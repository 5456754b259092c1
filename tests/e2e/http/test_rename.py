"""What a new name does over HTTP: it takes the new one, frees the old one, and never shares any."""

from collections.abc import Callable

import httpx
import pytest

from tests.support.commands import nothing_recorded
from tests.support.http import User, changed, check_problem, created

MakeUser = Callable[..., User]


def test_a_new_name_is_taken_and_the_old_one_free_regardless_of_case(
    alice: User, member: MakeUser
) -> None:
    bob = member("bob")
    channel_id = created(alice.create("Straße"))["id"]
    changed(alice.update(channel_id, name="Weg"))
    check_problem(bob.create("WEG"), 409, "name_taken")
    created(bob.create("STRASSE"))
    check_problem(alice.update(channel_id, name="straße"), 409, "name_taken")


@pytest.mark.parametrize("name", ["GENERAL café", "general CAFÉ", "General Cafe\u0301"])
def test_a_channel_may_spell_its_own_name_anew(alice: User, member: MakeUser, name: str) -> None:
    channel_id = created(alice.create("general café"))["id"]
    renamed = changed(alice.update(channel_id, name=name))
    assert renamed["name"] == name.replace("e\u0301", "é")
    assert renamed["version"] == 2
    check_problem(member("bob").create("general café"), 409, "name_taken")


@pytest.mark.parametrize("is_private", [False, True], ids=["public", "private"])
@pytest.mark.parametrize("name", ["taken", " TAKEN "])
def test_a_name_that_is_taken_is_refused_and_nothing_changes(
    alice: User, member: MakeUser, name: str, is_private: bool
) -> None:
    """Even if it is that of a private channel, which the caller may not see."""
    created(member("bob").create("Taken", isPrivate=is_private))
    channel = created(alice.create("general"))
    with nothing_recorded(alice):
        response = alice.update(channel["id"], name=name, description="why", isPrivate=True)
        check_problem(response, 409, "name_taken")
    assert alice.get(channel["id"]).json() == channel


def test_a_name_may_come_and_go_as_often_as_one_likes(alice: User, member: MakeUser) -> None:
    bob = member("bob")
    mine, his = created(alice.create("a"))["id"], created(bob.create("b"))["id"]
    for _ in range(3):  # they swap, by way of a third name
        changed(alice.update(mine, name="c"))
        changed(bob.update(his, name="A"))
        changed(alice.update(mine, name="B"))
        for name in ("a", "b"):
            check_problem(alice.create(name), 409, "name_taken")
        changed(alice.update(mine, name="c"))
        changed(bob.update(his, name="b"))
        changed(alice.update(mine, name="a"))
    created(alice.create("c"))


def test_a_channel_that_changes_its_privacy_keeps_its_name(alice: User, member: MakeUser) -> None:
    channel_id = created(alice.create("general"))["id"]
    for is_private in (True, False):
        changed(alice.update(channel_id, isPrivate=is_private))
        check_problem(member("bob").create("general"), 409, "name_taken")


def test_a_name_of_another_workspace_is_no_obstacle(
    http: httpx.Client, alice: User, workspace: str
) -> None:
    created(User(http, f"{workspace}/2").create("taken"))
    channel_id = created(alice.create("general"))["id"]
    assert changed(alice.update(channel_id, name="taken"))["name"] == "taken"
