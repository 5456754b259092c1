"""Resuming with `position` and `log` in `auth`: what was missed comes first, then what is live."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.support.channels import api, constant_creation, create_channel
from tests.support.clients import STOCK_CLIENTS, Client, PyClient, js_client, py_client
from tests.support.postgres import create_database
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

CREATED = "channel-created"


async def away(service: RunningService, w: str, *, user: str = "bob") -> dict[str, Any]:
    """`position` and `log` of a client that has authenticated and gone."""
    async with py_client(service.url) as client:
        success = await client.auth(token(user, (w,)))
    return {"position": success["position"], "log": success["log"]}


@pytest.mark.parametrize("language", STOCK_CLIENTS)
@pytest.mark.parametrize("transports", [["polling"], ["websocket"]], ids=str)
async def test_what_was_missed_comes_first_and_then_what_is_live(
    service: RunningService, language: str, transports: list[str]
) -> None:
    w = f"missed-{language}-{transports[0]}"
    seen = await away(service, w)
    missed = [await create_channel(service.url, w, f"missed {n}") for n in range(3)]
    async with STOCK_CLIENTS[language](service.url, transports=transports) as client:
        success = await client.auth(token("bob", (w,)), **seen)
        assert (success["recovered"], success["position"]) == (True, seen["position"])
        live = await create_channel(service.url, w, "live")
        await client.event(CREATED, 4)
        assert client.events(CREATED) == [*missed, live]
        heard = [heard for heard in client.heard if heard.name == CREATED]
        assert all(len(each.args) == 1 for each in heard)


async def test_a_position_in_the_handshake_is_the_same(service: RunningService) -> None:
    seen = await away(service, "handshake")
    missed = await create_channel(service.url, "handshake", "missed")
    auth = {"token": token("bob", ("handshake",)), **seen}
    async with py_client(service.url, auth=auth) as client:
        assert await client.event(CREATED) == missed
        names = [heard.name for heard in client.heard if heard.kind == "event"]
        assert names == ["auth-success", CREATED]


async def test_a_client_that_missed_nothing_is_told_so(service: RunningService) -> None:
    await create_channel(service.url, "nothing", "before")
    async with py_client(service.url) as first:
        success = await first.auth(token("bob", ("nothing",)))
    async with py_client(service.url) as client:
        again = await client.auth(token("bob", ("nothing",)), position=success["position"])
        assert again["recovered"]
        later = await create_channel(service.url, "nothing", "later")
        assert await client.event(CREATED) == later


async def test_without_a_position_nothing_is_replayed(service: RunningService) -> None:
    await create_channel(service.url, "fresh", "before")
    async with py_client(service.url) as client:
        assert not (await client.auth(token("bob", ("fresh",))))["recovered"]
        later = await create_channel(service.url, "fresh", "later")
        assert await client.event(CREATED) == later


UNKNOWN = {
    "another log": lambda seen: {**seen, "log": "01234567-89ab-cdef-0123-456789abcdef"},
    "beyond the log": lambda seen: {**seen, "position": 10**15},
}


@pytest.mark.parametrize("claim", UNKNOWN.values(), ids=UNKNOWN)
async def test_a_position_that_is_not_of_this_log_is_not_recovered(
    service: RunningService, request: pytest.FixtureRequest, claim: Any
) -> None:
    w = request.node.name
    seen = await away(service, w)
    await create_channel(service.url, w, "missed")
    async with py_client(service.url) as client:
        assert not (await client.auth(token("bob", (w,)), **claim(seen)))["recovered"]
        later = await create_channel(service.url, w, "later")
        assert await client.event(CREATED) == later


@pytest.mark.parametrize("position", [-1, "7", 1.5, None, True, [1]], ids=repr)
async def test_a_position_that_is_none_is_refused_or_counts_as_missing(
    service: RunningService, position: Any
) -> None:
    async with py_client(service.url) as client:
        await client.emit("auth", {"data": token(), "position": position})
        if position is None:
            assert not (await client.event("auth-success"))["recovered"]
        else:
            assert (await client.event("socket-api-error"))["code"] == "invalid"
            await client.auth(token())


async def test_all_that_changed_is_replayed_in_order(service: RunningService) -> None:
    w = "changes"
    channel = await create_channel(service.url, w, "one", user="alice")
    seen = await away(service, w)
    async with api(service.url, w) as http:
        await http.patch(f"/{channel['id']}", json={"name": "two"})
        await http.patch(f"/{channel['id']}", json={"description": "text"})
        other = await create_channel(service.url, w, "other")
        await http.delete(f"/{other['id']}")
    async with py_client(service.url) as client:
        await client.auth(token("bob", (w,)), **seen)
        last = await create_channel(service.url, w, "last")
        await client.until(lambda: last in client.events(CREATED))
        heard = [(each.name, each.args[0]) for each in client.heard if each.kind == "event"][1:]
        # The other channel came and went meanwhile: of it there is nothing to see.
        assert [name for name, _ in heard] == ["channel-updated", "channel-updated", CREATED]
        assert [payload["name"] for _, payload in heard] == ["two", "two", "last"]
        positions = [payload["position"] for _, payload in heard]
        assert positions == sorted(positions)


async def test_only_what_the_user_may_see_now_is_replayed(service: RunningService) -> None:
    """A channel of which the user was a member meanwhile, and is none now, is not shown."""
    w = "now"
    kept = await create_channel(service.url, w, "kept", user="alice", isPrivate=True)
    lost = await create_channel(service.url, w, "lost", user="alice", isPrivate=True)
    async with api(service.url, w) as http:
        await http.put(f"/{lost['id']}/members/bob")
        seen = await away(service, w)
        await http.patch(f"/{lost['id']}", json={"name": "not for bob any more"})
        await http.delete(f"/{lost['id']}/members/bob")
        passing = await create_channel(service.url, w, "passing", user="alice", isPrivate=True)
        await http.put(f"/{passing['id']}/members/bob")
        await http.patch(f"/{passing['id']}", json={"name": "passed"})
        await http.delete(f"/{passing['id']}/members/bob")
        await http.put(f"/{kept['id']}/members/bob")
    async with py_client(service.url) as client:
        await client.auth(token("bob", (w,)), **seen)
        last = await create_channel(service.url, w, "last")
        await client.until(lambda: last in client.events(CREATED))
        heard = [(each.name, each.args[0]) for each in client.heard if each.kind == "event"][1:]
        assert [(name, each.get("channelId", each.get("id"))) for name, each in heard] == [
            ("channel-deleted", lost["id"]),
            (CREATED, kept["id"]),
            ("channel-member-added", kept["id"]),
            (CREATED, last["id"]),
        ]


async def test_other_workspaces_and_users_are_not_replayed(service: RunningService) -> None:
    seen = await away(service, "mine")
    await create_channel(service.url, "theirs", "theirs")
    await create_channel(service.url, "mine", "private", user="alice", isPrivate=True)
    mine = await create_channel(service.url, "mine", "mine")
    async with py_client(service.url) as client:
        await client.auth(token("bob", ("mine",)), **seen)
        assert await client.event(CREATED) == mine
        assert client.events(CREATED) == [mine]


async def test_several_workspaces_are_replayed_in_one_order(service: RunningService) -> None:
    seen = await away(service, "first")
    missed = [
        await create_channel(service.url, w, name) for name in "abc" for w in ("first", "second")
    ]
    async with py_client(service.url) as client:
        await client.auth(token("bob", ("second", "first")), **seen)
        await client.event(CREATED, len(missed))
        assert client.events(CREATED) == missed


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_the_hand_over_has_no_gap_and_no_repeat_while_channels_are_created(
    service: RunningService, language: str
) -> None:
    w = f"hand-over-{language}"
    async with constant_creation(service.url, w) as created, py_client(service.url) as witness:
        await witness.auth(token("bob", (w,)))
        for number in range(1, 5):
            await witness.event(CREATED, 20 * number)
            # Not from the first one on: that may be further away by now than one may resume from.
            seen = max(1, len(witness.events(CREATED)) - 500)
            place = witness.events(CREATED)[seen - 1]["position"]
            async with STOCK_CLIENTS[language](service.url) as client:
                success = await client.auth(token("bob", (w,)), position=place)
                assert success["recovered"]
                count = len(witness.events(CREATED)) - seen + 10
                await client.event(CREATED, count)
                await witness.event(CREATED, seen + count)
                assert client.events(CREATED)[:count] == witness.events(CREATED)[seen:][:count]
    assert created


async def test_a_client_joins_the_list_to_what_follows(service: RunningService) -> None:
    w = "list"
    async with constant_creation(service.url, w), api(service.url, w, "bob") as http:
        for _ in range(5):
            page = (await http.get("", params={"limit": 190})).json()
            if page["next"] is not None:
                break  # it is no whole list any more
            async with py_client(service.url) as client:
                await client.auth(token("bob", (w,)), position=page["position"])
                await client.event(CREATED, 10)
                listed = [channel["position"] for channel in page["channels"]]
                told = [channel["position"] for channel in client.events(CREATED)[:10]]
                assert not set(listed) & set(told)
                both = [*listed, *told]
                whole = (await http.get("", params={"minPosition": told[-1], "limit": 200})).json()
                expected = [channel["position"] for channel in whole["channels"]]
                assert both == expected[: len(both)]


async def test_authenticating_again_repeats_nothing(service: RunningService) -> None:
    w = "again"
    async with py_client(service.url) as client:
        first = await client.auth(token("bob", (w,)))
        created = [await create_channel(service.url, w, f"{n}") for n in range(3)]
        await client.event(CREATED, 3)
        assert (await client.auth(token("bob", (w,))))["recovered"]
        assert (await client.auth(token("bob", (w,)), position=first["position"]))["recovered"]
        later = await create_channel(service.url, w, "later")
        await client.event(CREATED, 4)
        assert client.events(CREATED) == [*created, later]


async def test_an_earlier_position_on_the_same_connection_brings_what_is_before(
    service: RunningService,
) -> None:
    w = "earlier"
    seen = await away(service, w)
    before = await create_channel(service.url, w, "before")
    async with py_client(service.url) as client:
        await client.auth(token("bob", (w,)))
        after = await create_channel(service.url, w, "after")
        await client.event(CREATED)
        await client.auth(token("bob", (w,)), **seen)
        last = await create_channel(service.url, w, "last")
        await client.event(CREATED, 3)
        assert client.events(CREATED) == [after, before, last]


async def test_another_user_on_the_same_connection_inherits_nothing(
    service: RunningService,
) -> None:
    w = "another"
    async with py_client(service.url) as client:
        await client.auth(token("alice", (w,)))
        await create_channel(service.url, w, "alice's", user="alice", isPrivate=True)
        await client.event(CREATED)
        assert not (await client.auth(token("bob", (w,))))["recovered"]
        public = await create_channel(service.url, w, "public")
        await client.event(CREATED, 2)
        assert client.events(CREATED)[1] == public


@pytest.fixture(scope="module")
def limited(postgres_url: str) -> Iterator[RunningService]:
    with running_service(create_database(postgres_url), resume_limit="6") as service:
        yield service


async def test_a_client_too_far_behind_is_told_to_fetch_the_list(limited: RunningService) -> None:
    w = "far"
    seen = await away(limited, w)
    missed = [await create_channel(limited.url, w, f"{n}") for n in range(3)]
    async with py_client(limited.url) as client:
        assert (await client.auth(token("bob", (w,)), **seen))["recovered"]
        await client.event(CREATED, 3)
        assert client.events(CREATED) == missed
    await create_channel(limited.url, w, "one too many")
    async with py_client(limited.url) as client:
        success = await client.auth(token("bob", (w,)), **seen)
        assert not success["recovered"]
        assert success["position"] > seen["position"]
        later = await create_channel(limited.url, w, "later")
        assert await client.event(CREATED) == later


async def test_what_happens_in_other_workspaces_takes_nobody_too_far(
    limited: RunningService,
) -> None:
    seen = await away(limited, "quiet")
    for number in range(9):
        await create_channel(limited.url, "loud", f"{number}")
    missed = await create_channel(limited.url, "quiet", "missed")
    async with py_client(limited.url) as client:
        assert (await client.auth(token("bob", ("quiet",)), **seen))["recovered"]
        assert await client.event(CREATED) == missed


async def test_a_client_resumes_on_another_node_and_after_a_restart(database_url: str) -> None:
    w, database = "moved", database_url
    with running_service(database) as one:
        seen = await away(one, w)
        missed = [await create_channel(one.url, w, "on one")]
        with running_service(database) as other:
            missed.append(await create_channel(other.url, w, "on the other"))
            async with js_client(other.url) as client:
                assert (await client.auth(token("bob", (w,)), **seen))["recovered"]
                await client.event(CREATED, 2)
                assert client.events(CREATED) == missed
    with running_service(database) as restarted:
        async with py_client(restarted.url) as client:
            assert (await client.auth(token("bob", (w,)), **seen))["recovered"]
            await client.event(CREATED, 2)
            assert client.events(CREATED) == missed


async def test_a_position_that_this_node_has_not_come_to_yet_is_waited_for(
    database_url: str,
) -> None:
    """A client that comes from a node which was quicker starts where it was."""
    w, database = "ahead", database_url
    with running_service(database) as one, running_service(database) as other:
        async with constant_creation(one.url, w), py_client(one.url) as witness:
            await witness.auth(token("bob", (w,)))
            for _ in range(10):
                await witness.event(CREATED, len(witness.events(CREATED)) + 5)
                position = witness.events(CREATED)[-1]["position"]
                async with py_client(other.url) as client:
                    assert (await client.auth(token("bob", (w,)), position=position))["recovered"]
                    await client.event(CREATED, 3)
                    told = client.events(CREATED)[:3]
                    await witness.until(partial(has_heard, witness, told[-1]))
                    everything = witness.events(CREATED)
                    begin = [each["position"] for each in everything].index(position) + 1
                    assert told == everything[begin : begin + 3]


def has_heard(client: Client, channel: Any) -> bool:
    return channel in client.events(CREATED)


async def test_a_client_that_comes_and_goes_all_the_time_sees_everything_once(
    service: RunningService,
) -> None:
    w, together = "restless", []
    async with constant_creation(service.url, w), py_client(service.url) as witness:
        place = (await witness.auth(token("bob", (w,))))["position"]

        async def visit(client: PyClient) -> None:
            nonlocal place
            assert (await client.auth(token("bob", (w,)), position=place))["recovered"]
            await client.event(CREATED, 7)

        for _ in range(12):
            async with py_client(service.url) as client:
                await visit(client)
            together += client.events(CREATED)
            place = together[-1]["position"]
        await witness.event(CREATED, len(together))
    assert together == witness.events(CREATED)[: len(together)]
