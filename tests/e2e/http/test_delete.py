"""Deleting a channel over HTTP: what is answered, that it is gone, and that its name is free."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from tests.support.commands import COMMANDS, READS, OfChannel, nothing_recorded, private_channel
from tests.support.http import User, changed, check_problem, created

MakeUser = Callable[..., User]


@pytest.mark.parametrize("is_private", [False, True], ids=["public", "private"])
def test_a_deletion_answers_which_channel_and_where_in_the_log(
    alice: User, workspace: str, is_private: bool
) -> None:
    channel = created(alice.create("general", isPrivate=is_private))
    response = alice.delete(channel["id"])
    gone = changed(response)
    assert gone == {
        "channelId": channel["id"],
        "workspaceId": workspace,
        "position": gone["position"],
    }
    assert gone["position"] > channel["position"]
    assert response.headers["Content-Type"] == "application/json"
    assert alice.list(minPosition=gone["position"]).json()["channels"] == []


def test_a_deletion_leaves_the_other_channels(alice: User, member: MakeUser) -> None:
    first, second, third = (created(alice.create(name)) for name in "abc")
    gone = changed(alice.delete(second["id"]))
    for user in (alice, member("bob")):
        listed = user.list(minPosition=gone["position"]).json()
        assert listed["channels"] == [first, third]


@pytest.mark.parametrize("of_channel", [*COMMANDS.values(), *READS.values()], ids=COMMANDS | READS)
def test_a_deleted_channel_is_not_found_by_anything(
    alice: User, member: MakeUser, of_channel: OfChannel
) -> None:
    channel_id = private_channel(alice, bob="admin")["id"]
    changed(alice.delete(channel_id))
    with nothing_recorded(alice):
        for user in (alice, member("bob"), member("zed"), member("dora", role="admin")):
            check_problem(of_channel(user, channel_id), 404, "not_found")


def test_the_name_of_a_deleted_channel_is_free_time_and_again(
    alice: User, member: MakeUser
) -> None:
    ids = set()
    for user, name, is_private in (
        (alice, "Straße", False),
        (member("bob"), "STRASSE", True),
        (alice, "strasse", True),
        (member("bob"), "straße", False),
    ):
        channel = created(user.create(name, isPrivate=is_private))
        ids.add(channel["id"])
        check_problem(alice.create("straße"), 409, "name_taken")
        changed(user.delete(channel["id"]))
    assert len(ids) == 4


def test_a_deleted_channel_frees_the_name_that_it_had_last(alice: User, member: MakeUser) -> None:
    bob = member("bob")
    channel_id = created(alice.create("first"))["id"]
    changed(alice.update(channel_id, name="last"))
    created(bob.create("first"))
    changed(alice.delete(channel_id))
    created(bob.create("last"))
    check_problem(alice.create("first"), 409, "name_taken")


def test_another_channel_may_be_renamed_to_the_name_of_a_deleted_one(alice: User) -> None:
    gone, stays = created(alice.create("gone"))["id"], created(alice.create("stays"))["id"]
    check_problem(alice.update(stays, name="gone"), 409, "name_taken")
    changed(alice.delete(gone))
    assert changed(alice.update(stays, name="gone"))["id"] == stays


def test_the_key_of_a_deleted_channel_still_answers_its_creation_and_creates_nothing(
    alice: User,
) -> None:
    key = str(uuid4())
    first = alice.create("general", key=key)
    channel_id = created(first)["id"]
    changed(alice.delete(channel_id))
    with nothing_recorded(alice):
        again = alice.create("general", key=key)
        assert changed(again) == first.json()
        assert again.headers["ETag"] == first.headers["ETag"] == '"1"'
        check_problem(alice.create("another", key=key), 422, "idempotency_key_reused")
    check_problem(alice.get(channel_id), 404, "not_found")
    created(alice.create("general"))
