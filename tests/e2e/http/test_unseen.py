"""A channel that the caller may not see: over HTTP nothing tells it from one that never was."""

from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from domain.identifiers import name_stream_id
from tests.support.commands import COMMANDS, READS, OfChannel, nothing_recorded, private_channel
from tests.support.http import User, bearer, changed, check_problem, created
from tests.support.tokens import token

MakeUser = Callable[..., User]

OF_CHANNEL = COMMANDS | READS
everything = pytest.mark.parametrize("of_channel", OF_CHANNEL.values(), ids=OF_CHANNEL)


@everything
def test_it_looks_as_if_it_were_not_there(
    http: httpx.Client, alice: User, member: MakeUser, workspace: str, of_channel: OfChannel
) -> None:
    """Else whoever guesses an id would learn that it exists."""
    private = private_channel(alice)["id"]
    public, deleted = created(alice.create("general"))["id"], created(alice.create("gone"))["id"]
    changed(alice.delete(deleted))
    admin, elsewhere = member("bob", role="admin"), User(http, f"{workspace}/2", role="admin")
    unknown = str(uuid4())
    with nothing_recorded(alice):
        told = {
            check_problem(of_channel(user, channel_id), 404, "not_found").replace(channel_id, "ID")
            for user, channel_id in (
                (alice, unknown),
                (alice, deleted),
                (admin, private),
                (elsewhere, private),
                (elsewhere, public),
                (elsewhere, deleted),
            )
        }
    assert len(told) == 1


@everything
def test_an_id_that_is_none_is_not_found(alice: User, of_channel: OfChannel) -> None:
    for bad in ("x", "general", "null", "%00", "%FF", "*", "a" * 36, "0" * 1_000):
        check_problem(of_channel(alice, bad), 404, "not_found")


@everything
def test_the_stream_of_a_name_is_no_channel(
    alice: User, workspace: str, of_channel: OfChannel
) -> None:
    created(alice.create("general"))
    with nothing_recorded(alice):
        stream_id = str(name_stream_id(workspace, "general"))
        check_problem(of_channel(alice, stream_id), 404, "not_found")


@everything
def test_a_workspace_that_the_token_does_not_name_is_forbidden(
    http: httpx.Client, alice: User, workspace: str, of_channel: OfChannel
) -> None:
    channel = private_channel(alice)
    with nothing_recorded(alice):
        for workspaces in ({}, {"another": "admin"}, {workspace.upper(): "admin"}):
            headers = bearer(token("alice", workspaces))
            for channel_id in (channel["id"], str(uuid4()), "x"):
                response = of_channel(alice.sending(**headers), channel_id)
                check_problem(response, 403, "forbidden")
    assert alice.get(channel["id"]).json() == channel


@everything
def test_nothing_is_told_or_done_without_a_good_token(alice: User, of_channel: OfChannel) -> None:
    channel = private_channel(alice)
    with nothing_recorded(alice):
        for authorization, code in (
            ("", "token_missing"),
            ("Basic YTpi", "token_missing"),
            ("Bearer x.y.z", "token_invalid"),
            ("Bearer " + token("alice", ttl=-3600), "token_expired"),
        ):
            user = alice.sending(Authorization=authorization)
            check_problem(of_channel(user, channel["id"]), 401, code)
    assert alice.get(channel["id"]).json() == channel
