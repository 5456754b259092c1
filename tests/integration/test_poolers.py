"""A pooler before the database gives each connection a session of its own, or is refused.

It is a real PgBouncer with its defaults, where nothing else is said.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from tenacity import stop_after_attempt

from domain.errors import Unavailable
from persistence.database.pool import APPLICATION_NAME, Database
from tests.faults.proxy import Proxy
from tests.support.background import eventually, running
from tests.support.events import channel_created
from tests.support.node import open_node
from tests.support.pgbouncer import needs_pgbouncer, pgbouncer
from tests.support.postgres import OUR_LOCKS, ask, through_port

pytestmark = needs_pgbouncer

Through = Callable[..., str]


@pytest.fixture
def through(tmp_path: Path, database_url: str) -> Iterator[Through]:
    """Puts a PgBouncer with some settings before the test's database; answers the URL behind it."""
    with ExitStack() as stack:

        def through(**settings: object) -> str:
            directory = tmp_path / f"pgbouncer-{len(list(tmp_path.iterdir()))}"
            return stack.enter_context(pgbouncer(directory, database_url, **settings))

        yield through


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not answer as it should is not waited for long."""
    monkeypatch.setattr("persistence.database.connector.STATEMENT_TIMEOUT", 1.5)
    monkeypatch.setattr(Database._first_connection.retry, "stop", stop_after_attempt(3))


async def refusal(url: str) -> str:
    with pytest.raises(Unavailable) as refused:
        await Database(url).open()
    return refused.value.message


async def left_behind(url: str, database_url: str) -> set[str]:
    """What is found in the pooler's sessions with the server by whoever is handed them next."""
    sessions = await ask(database_url, OTHER_SESSIONS)
    assert isinstance(sessions, int) and sessions > 0

    async def look() -> str:
        answer = bytearray()

        async def read(data: bytes) -> None:
            answer.extend(data)

        connection = await asyncpg.connect(url)
        # In one statement, and long enough that each has another session.
        await connection.copy_from_query(LEFT_BEHIND, output=read, null="")
        await connection.close()
        return answer.decode().strip()

    return set(await asyncio.gather(*(look() for _ in range(sessions))))


OTHER_SESSIONS = """
SELECT count(*)::int FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""

LEFT_BEHIND = f"""
SELECT concat_ws(', ',
    (SELECT string_agg(statement, ', ') FROM pg_prepared_statements WHERE name <> ''),
    (SELECT string_agg(channel, ', ') FROM pg_listening_channels() AS channel),
    (SELECT string_agg(objid::text, ', ') FROM {OUR_LOCKS} WHERE locktype = 'advisory'),
    (SELECT string_agg(name, ', ') FROM pg_settings
        WHERE source = 'session' AND name <> 'client_encoding'), -- the pooler's own doing
    current_setting('kanal.session', true)),
    pg_sleep(0.2)
"""


async def test_a_node_behind_session_pooling_works_as_it_does_without(
    through: Through, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Commands, being woken by another node, one writer and its succession, several sessions."""
    monkeypatch.setattr("persistence.log.subscription.POLL_INTERVAL", 3600.0)
    monkeypatch.setattr("persistence.log.lease_turns.TAKE_OVER_INTERVAL", 0.01)
    monkeypatch.setattr("persistence.log.wakeup.HEARTBEAT_INTERVAL", 0.05)
    url = through()
    async with open_node(url) as first, open_node(url) as second:
        runner, successor = first.runner(), second.runner()
        async with running(successor.run()):
            async with running(runner.run()):
                await runner.is_built.wait()
                for node in (first, second):
                    position = await node.log.append([channel_created()], "demo")
                    await first.list_reached(position)
                    await second.list_reached(position)
            position = await first.log.append([channel_created()], "demo")
            await second.list_reached(position)


async def test_a_connection_behind_a_pooler_names_the_process_that_notifies(
    through: Through,
) -> None:
    """As which a node knows its own appends from those of others."""
    database = Database(through())
    await database.open()
    async with database.acquire() as pooled, database.dedicated() as dedicated:
        for connection in (pooled, dedicated):
            named = connection.get_server_pid()
            assert named == await connection.fetchval("SELECT pg_backend_pid()")
    await database.close()


async def test_every_session_has_our_settings_whatever_the_pooler_ignores_and_the_server_has(
    through: Through, database_url: str
) -> None:
    for setting in ("synchronous_commit = off", "jit = on", "statement_timeout = '1min'"):
        name = urlsplit(database_url).path[1:]
        await ask(database_url, f"ALTER DATABASE {name} SET {setting}")
    database = Database(through(ignore_startup_parameters="jit,synchronous_commit"))
    await database.open()
    async with database.acquire() as pooled, database.dedicated() as dedicated:
        for connection in (pooled, dedicated):
            assert await connection.fetchval("SHOW synchronous_commit") == "on"
            assert await connection.fetchval("SHOW jit") == "off"
            assert await connection.fetchval("SHOW statement_timeout") == "0"
    await database.close()


@pytest.mark.parametrize("settings", [{}, {"default_pool_size": 1}, {"server_round_robin": 1}])
@pytest.mark.parametrize("mode", ["transaction", "statement"])
async def test_a_pooler_that_gives_no_sessions_is_refused_and_finds_nothing_left_behind(
    through: Through, database_url: str, mode: str, settings: dict[str, object]
) -> None:
    url = through(pool_mode=mode, **settings)
    # Two sessions with the server, idle by now.
    clients = [await asyncpg.connect(url) for _ in range(2)]
    await asyncio.gather(*(client.execute("SELECT pg_sleep(0.1)") for client in clients))
    for client in clients:
        await client.close()
    for _ in range(3):
        assert "set pool_mode = session" in await refusal(url)
    assert await left_behind(url, database_url) == {""}


@pytest.mark.usefixtures("impatient")
async def test_poolers_without_sessions_that_share_an_address_are_refused(
    through: Through, database_url: str
) -> None:
    """Each connection has one of them to itself, where it looks like a session."""
    urls = [through(pool_mode="transaction") for _ in range(2)]
    turn = iter(urls * 10)

    async def dial() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", urlsplit(next(turn)).port)

    async with Proxy(dial) as balancer:
        assert "set pool_mode = session" in await refusal(through_port(database_url, balancer.port))
    for url in urls:
        assert await left_behind(url, database_url) == {""}


@pytest.mark.usefixtures("impatient")
async def test_a_pooler_with_one_connection_to_the_server_is_told_that_it_needs_more(
    through: Through,
) -> None:
    said = await refusal(through(default_pool_size=1))
    assert "it needs KANAL_DATABASE_CONNECTIONS connections to the server" in said


async def test_a_pooler_that_hands_on_sessions_as_they_are_is_refused(through: Through) -> None:
    assert "server_reset_query = DISCARD ALL" in await refusal(through(server_reset_query=""))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"query": "sslmode=disable&jit=off"}, "unsupported startup parameter: jit"),
        # Which it says once, and then lets its clients wait.
        ({"path": "/nowhere"}, 'database "nowhere" does not exist'),
    ],
)
async def test_what_a_pooler_has_against_a_connection_is_told(
    through: Through, change: dict[str, str], reason: str
) -> None:
    assert reason in await refusal(urlsplit(through())._replace(**change).geturl())


async def test_a_service_behind_a_pooler_is_known_by_its_name_and_only_while_it_runs(
    through: Through, database_url: str
) -> None:
    """`kanal import` goes by it, and the pooler's sessions with the server stay."""
    named = f"{OTHER_SESSIONS} AND application_name = '{APPLICATION_NAME}'"
    async with open_node(through(application_name_add_host=1)):
        assert await ask(database_url, named) == 2

    async def is_forgotten() -> bool:
        return await ask(database_url, named) == 0

    await eventually(is_forgotten)
    assert await ask(database_url, OTHER_SESSIONS) != 0
