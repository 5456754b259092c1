"""The hosts of a database URL are read from it, and each gets its turn and its time."""

import asyncpg
import pytest

from persistence.database.availability import ServerNotReady, UnfitServer, words
from persistence.database.hosts import Host, Hosts, hosts_of
from persistence.database.session_settings import InvalidDatabaseUrl, Session
from persistence.database.time_budget import HOST_TIMEOUT

SECRET = "s3cret-word"


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("postgresql://u:p@a/db", [("a", None)]),
        ("postgresql://a:5433", [("a", 5433)]),
        ("postgresql://u:p@a:5432,b:5433/db", [("a", 5432), ("b", 5433)]),
        ("postgresql://u:p@a,b:5433/db", [("a", None), ("b", 5433)]),
        ("postgresql://a,b/db?port=5433", [("a", 5433), ("b", 5433)]),
        ("postgresql://u:p,q@a,b/db", [("a", None), ("b", None)]),
        ("postgresql://u@[::1]:5432,[fe80::2]/db", [("::1", 5432), ("fe80::2", None)]),
        ("postgresql://a,[::1]:5433/db", [("a", None), ("::1", 5433)]),
        ("postgresql://%2Ftmp%2Fx,b/db", [("/tmp/x", None), ("b", None)]),
        ("postgresql://u:p@/db?host=/x,/y", [("/x", None), ("/y", None)]),
        ("postgresql:///db?host=/x,b&port=1,2", [("/x", 1), ("b", 2)]),
        ("postgresql:///db?host=a,b&port=5433", [("a", 5433), ("b", 5433)]),
        ("postgresql:///db?host=a:1,[::1]:2", [("a", 1), ("::1", 2)]),
        ("postgresql:///db?host=%2Fx%2Cb", [("/x", None), ("b", None)]),
        ("postgresql://a/db?host=b,c", [("a", None)]),
        ("postgresql://u@/db?user=v%40w&host=a,b", [("a", None), ("b", None)]),
        ("postgresql://u:p@/db", [(None, None)]),
        ("postgresql:///", [(None, None)]),
    ],
)
def test_the_hosts_of_a_url(url: str, hosts: list[tuple[str | None, int | None]]) -> None:
    assert [(each.name, each.port) for each in hosts_of(url)] == hosts


@pytest.mark.parametrize(
    ("wanted", "asked_for"),
    [("any", "any"), ("primary", "any"), ("read-write", "any"), ("read-only", "read-only")],
)
@pytest.mark.parametrize("host", ["a", "a,b"])
def test_a_driver_is_not_asked_for_what_each_connection_is_asked_anyway(
    host: str, wanted: str, asked_for: str
) -> None:
    for url in (f"postgresql://{host}/db?", f"postgresql:///db?host={host}&"):
        hosts = hosts_of(f"{url}target_session_attrs={wanted}")
        assert {each.target_session_attrs for each in hosts} == {asked_for}


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:s3cret-word@a:x,b/db",
        "postgresql://u:s3cret-word@a,/db",
        "postgresql://u:s3cret-word@a,,b/db",
        "postgresql://u:s3cret-word@/db?host=a,[::1&port=1",
        "postgresql://u:s3cret-word@/db?host=a,[::1]5432",
        "postgresql://u:s3cret-word@/db?host=a,b&port=1,2,3",
        "postgresql://u:s3cret-word@/db?host=a,b&port=s3cret-word",
        "postgresql://u:s3cret-word@/db?host",
        # A password that is not quoted as it must be.
        "postgresql://u:1@s3cret-word,b/db@a,b/db",
        "postgresql://u:1@s3cret-word@a,b/db",
        "postgresql://u:1,s3cret-word/2@a,b/db",
        "postgresql://u:1,s3cret-word#2@a,b/db",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_and_not_quoted(url: str) -> None:
    with pytest.raises(InvalidDatabaseUrl) as refused:
        hosts_of(url)
    assert SECRET not in str(refused.value)


async def test_each_host_gets_its_turn_to_be_the_last_with_all_the_time_that_is_left() -> None:
    """A primary that takes longer than the others leave it is found all the same."""
    hosts, tried = Hosts("postgresql://a,b,c/db"), list[tuple[str, bool]]()

    async def fail(host: Host, within: float) -> Session:
        tried.append((str(host), within > HOST_TIMEOUT))
        raise ConnectionRefusedError("refused")

    for order in ("abc", "bca", "cab", "abc"):
        tried.clear()
        with pytest.raises(ConnectionError, match=r"^a: refused; b: refused; c: refused$"):
            await hosts.connect(fail, within=4 * HOST_TIMEOUT)
        assert tried == [(name, name == order[-1]) for name in order]


@pytest.mark.parametrize(
    ("second", "raised"),
    [
        (UnfitServer("too old"), UnfitServer),
        (ServerNotReady("a standby"), ServerNotReady),
        (TimeoutError(), ServerNotReady),
    ],
)
async def test_a_server_that_refuses_is_waited_for_only_while_another_may_come(
    second: Exception, raised: type[Exception]
) -> None:
    first: Exception = asyncpg.InvalidPasswordError("no such user")

    async def fail(host: Host, within: float) -> Session:
        raise first if host.name == "a" else second

    with pytest.raises(raised, match=rf"^a: no such user; b: {words(second)}$"):
        await Hosts("postgresql://a,b/db").connect(fail, within=1)
