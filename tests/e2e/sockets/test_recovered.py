"""`socket.recovered` of a stock client is true where, and only where, all it missed is told."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.channels import create_channel
from tests.support.clients import ProcessClient, js_client, py_client
from tests.support.engine_io import event, websocket
from tests.support.postgres import create_database
from tests.support.recovery import Memory
from tests.support.service import RunningService, free_port, running_service
from tests.support.tokens import token

CREATED = "channel-created"
LIMIT = 2
"""Channels whose creation one may miss here, and still resume."""

TOO_MANY = LIMIT + 3
"""More than one more: the node may not have come to the latest yet, and would tell them all."""

EVENTS = 2 * LIMIT + 1
"""A creation is two events; of the last one that was heard of, the name's comes after."""

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"], "an upgrade": None}


@pytest.fixture(scope="module")
def limited(postgres_url: str) -> Iterator[RunningService]:
    database_url = create_database(postgres_url)
    with running_service(database_url, resume_limit=f"{EVENTS}") as service:
        yield service


@pytest.fixture
def another_database_url(postgres_url: str) -> str:
    return create_database(postgres_url)


async def create(service: RunningService, w: str, *names: str) -> list[Any]:
    return [await create_channel(service.url, w, name) for name in names]


async def seen(service: RunningService, w: str) -> Memory:
    """What a stock client remembers that has seen the log up to its head, and is away."""
    async with websocket(service.url) as session:
        memory = Memory()
        assert not await memory.join(session, token=token("bob", (w,)))
        await session.event("auth-success")
        memory.hear_all(session)
        return memory


async def come_back(client: ProcessClient, count: int) -> bool:
    """Let a client connect for the `count`-th time; answers whether all that it missed is told,
    which both sides say alike."""
    client.command(op="connect")
    connected = await client.kind("connect", count)
    success = await client.event("auth-success", count)
    assert connected.args[1] is success["recovered"]
    return success["recovered"]


@pytest.mark.parametrize("transports", TRANSPORTS.values(), ids=TRANSPORTS)
async def test_both_say_the_same_over_many_connections(
    limited: RunningService, transports: list[str] | None
) -> None:
    w = f"many-{transports}"
    auth = {"token": token("bob", (w,)), "recover": True}
    async with js_client(limited.url, auth=auth, transports=transports) as client:
        assert (await client.kind("connect")).args[1] is False
        assert not (await client.event("auth-success"))["recovered"]
        told = await create(limited, w, "live")
        await client.event(CREATED)
        for count, missed in enumerate((0, 1, LIMIT, TOO_MANY, 0, LIMIT, TOO_MANY, 1), start=2):
            client.command(op="disconnect")
            await client.kind("disconnect", count - 1)
            created = await create(limited, w, *(f"{count}-{n}" for n in range(missed)))
            told += created if missed <= LIMIT else []
            assert await come_back(client, count) is (missed <= LIMIT)
            told += await create(limited, w, f"{count}-live")
            await client.event(CREATED, len(told))
            assert client.events(CREATED) == told


async def test_a_client_that_is_cut_before_it_was_told_anything_is_not_recovered(
    limited: RunningService,
) -> None:
    """It has a pid then, and no offset."""
    w, memory = "nothing-told", Memory()
    for _ in range(3):
        async with websocket(limited.url) as session:
            assert not await memory.join(session, token=token("bob", (w,)))
            assert not (await session.event("auth-success"))["recovered"]
        await create(limited, w, f"after {memory.pid}")
    async with websocket(limited.url) as session:
        assert not await memory.join(session, token=token("bob", (w,)))
        await session.event("auth-success")
        memory.hear_all(session)
    async with websocket(limited.url) as session:
        assert await memory.join(session, token=token("bob", (w,)))
        assert (await session.event("auth-success"))["recovered"]


async def test_a_client_that_is_cut_before_its_answer_is_told_from_where_it_was(
    limited: RunningService,
) -> None:
    w = "cut"
    memory = await seen(limited, w)
    missed = await create(limited, w, *"abcde"[:LIMIT])
    for _ in range(3):
        async with websocket(limited.url) as session:
            assert await memory.join(session, token=token("bob", (w,)))
    async with websocket(limited.url) as session:
        assert await memory.join(session, token=token("bob", (w,)))
        await session.event(CREATED, len(missed))
        assert session.events(CREATED) == missed
    await create(limited, w, *"fghij"[: TOO_MANY - LIMIT])
    for _ in range(3):
        async with websocket(limited.url) as session:
            assert not await memory.join(session, token=token("bob", (w,)))
    async with websocket(limited.url) as session:
        assert not await memory.join(session, token=token("bob", (w,)))
        assert not (await session.event("auth-success"))["recovered"]
        memory.hear_all(session)
    missed = await create(limited, w, "missed")
    async with websocket(limited.url) as session:
        assert await memory.join(session, token=token("bob", (w,)))
        assert await session.event(CREATED) == missed[0]


async def test_a_place_beyond_the_head_of_the_log_is_not_recovered(limited: RunningService) -> None:
    memory = await seen(limited, "beyond")
    memory.offset = f"{10**15}"
    async with websocket(limited.url) as session:
        assert not await memory.join(session, token=token("bob", ("beyond",)))
        assert not (await session.event("auth-success"))["recovered"]


BAD_HANDSHAKES: dict[str, Any] = {
    "without a token": {},
    "with a bad token": {"token": "what?"},
    "with an expired token": {"token": token("bob", ttl=-20)},
    "with a bad position": {"token": token("bob"), "position": "seven"},
}


@pytest.mark.parametrize("auth", BAD_HANDSHAKES.values(), ids=BAD_HANDSHAKES)
async def test_who_is_not_known_at_connect_is_told_by_the_answer_to_a_later_auth(
    limited: RunningService, request: pytest.FixtureRequest, auth: Any
) -> None:
    w = request.node.name
    memory = await seen(limited, w)
    missed = await create(limited, w, "missed")
    async with websocket(limited.url) as session:
        assert not await memory.join(session, **auth)
        if auth:
            await session.event("socket-api-error")
            memory.hear_all(session)
    async with websocket(limited.url) as session:
        assert not await memory.join(session, **auth)
        await session.send(event("auth", {"data": token("bob", (w,))}))
        assert (await session.event("auth-success"))["recovered"]
        assert await session.event(CREATED) == missed[0]
        memory.hear_all(session)
    async with websocket(limited.url) as session:
        assert await memory.join(session, token=token("bob", (w,)))
        assert (await session.event("auth-success"))["recovered"]


async def test_another_log_is_never_taken_for_the_one_that_a_client_knows(
    database_url: str, limited: RunningService
) -> None:
    """Neither where its answers are refused, which say a place too, nor where they are not seen."""
    w = "another-log"
    await create(limited, w, *(f"{n}" for n in range(5)))
    memory = await seen(limited, w)
    with running_service(database_url) as other:
        created = await create(other, w, *(f"{n}" for n in range(9)))
        async with websocket(other.url) as session:
            assert not await memory.join(session, token="what?")
            await session.event("socket-api-error")
            memory.hear_all(session)
        for _ in range(2):
            async with websocket(other.url) as session:
                assert not await memory.join(session, token=token("bob", (w,)))
                assert not (await session.event("auth-success"))["recovered"]
        memory.hear_all(session)
        created = await create(other, w, "missed")
        async with websocket(other.url) as session:
            assert await memory.join(session, token=token("bob", (w,)))
            assert (await session.event("auth-success"))["recovered"]
            assert await session.event(CREATED) == created[0]
            memory.hear_all(session)
    async with websocket(limited.url) as session:
        assert not await memory.join(session, token=token("bob", (w,)))
        assert not (await session.event("auth-success"))["recovered"]


async def test_a_stock_client_goes_on_in_another_log_and_resumes_there(
    database_url: str, another_database_url: str
) -> None:
    w, port = "moved", str(free_port())
    auth = {"token": token("bob", (w,)), "recover": True}
    with running_service(database_url, port=port) as service:
        async with js_client(service.url, auth=auth) as client:
            await client.event("auth-success")
            told = await create(service, w, "in the first log")
            await client.event(CREATED)
            client.command(op="disconnect")
            await client.kind("disconnect")
            service.stop()
            with running_service(another_database_url, port=port) as other:
                await create(other, w, "a", "b", "c")
                assert not await come_back(client, 2)
                told += await create(other, w, "live")
                await client.event(CREATED, 2)
                for count in (3, 4):
                    client.command(op="disconnect")
                    await client.kind("disconnect", count - 1)
                    told += await create(other, w, f"missed {count}")
                    assert await come_back(client, count)
                    await client.event(CREATED, len(told))
                assert client.events(CREATED) == told


async def test_a_second_connect_does_not_make_a_connection_forget_what_it_told(
    limited: RunningService,
) -> None:
    w = "twice"
    async with websocket(limited.url) as session:
        success = await session.auth(token("bob", (w,)))
        created = await create(limited, w, "once")
        await session.event(CREATED)
        await session.send("40")
        await session.packet("44")
        again = {"data": token("bob", (w,)), "position": success["position"]}
        await session.send(event("auth", again))
        await session.event("auth-success", 2)
        created += await create(limited, w, "then")
        await session.event(CREATED, 2)
        assert session.events(CREATED) == created


async def test_no_recovery_is_claimed_by_who_did_not_ask_for_it(limited: RunningService) -> None:
    memory = await seen(limited, "not-asked")
    kept = {"pid": memory.pid, "offset": memory.offset}
    async with py_client(limited.url, auth={"token": token("bob"), **kept}) as client:
        assert not (await client.event("auth-success"))["recovered"]
