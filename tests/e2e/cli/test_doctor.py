"""`kanal doctor` says what is wrong before a service finds out, one line a check, and what to do;
it changes nothing."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import asyncpg
import pytest

from persistence.database.embedded import EmbeddedPostgres
from tests.support import postgres
from tests.support.command_line import kanal
from tests.support.doctor import examined
from tests.support.issuer import running_issuer
from tests.support.jwks import KeyServer, key_server
from tests.support.nats_server import programs, running_nats
from tests.support.pgbouncer import needs_pgbouncer, pgbouncer
from tests.support.postgres import StoppableServer, ask, through_port
from tests.support.service import RunningService, free_port
from tests.support.tokens import SECRET


@pytest.fixture(scope="module")
def durable_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database of a server that is as an operator has it, and waits for the disk."""
    with EmbeddedPostgres(tmp_path_factory.mktemp("durable")) as url:
        yield postgres.create_database(url)


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with key_server() as server:
        server.release()
        yield server


def test_where_all_is_well_it_says_so_and_ends_well(durable_url: str) -> None:
    seen = examined(database_url=durable_url, max_connections="100")
    levels = {line[0] for lines in seen.found.values() for line in lines}
    assert (seen.status, levels) == (0, {"ok"})
    assert {"versions", "settings", "pooler", "rights", "durability", "clock"} < seen.found.keys()


def test_as_text_it_is_a_line_for_each(durable_url: str) -> None:
    settings = {"jwt_secret": SECRET, "port": "0", "trusted_proxies": "0.0.0.0/0"}
    done = kanal("doctor", database_url=durable_url, **settings)
    assert (done.returncode, done.stderr) == (1, "kanal: faults: 1\n")
    for line in done.stdout.splitlines():
        assert re.fullmatch(r"(ok|warning|fault) +[a-z]+ +\S.*", line)
        assert line.startswith("ok ") or "; to do: " in line


def test_nothing_is_made_where_there_is_nothing_yet(tmp_path: Path) -> None:
    data = tmp_path / "new"
    seen = examined(data_dir=str(data), jwt_secret="")
    assert seen.status == 0
    assert seen.only("database")[0] == "ok"
    assert seen.only("tokens")[0] == "warning"
    assert not data.exists()


def test_a_server_that_does_not_wait_for_the_disk_is_a_fault(database_url: str) -> None:
    seen = examined(database_url=database_url)
    level, found, to_do = seen.found["durability"][0]
    assert (level, seen.faults) == ("fault", {"durability"})
    assert "fsync is off" in found
    assert "fsync = on" in to_do


async def test_missing_rights_are_named_and_what_it_says_to_do_grants_them(
    durable_url: str,
) -> None:
    role = f"doctor {uuid4().hex}"
    admin = await asyncpg.connect(durable_url)
    try:
        await admin.execute(f"CREATE ROLE \"{role}\" LOGIN PASSWORD 'canary'")
        url = urlsplit(durable_url)._replace(netloc=f"{quote(role)}:canary@").geturl()
        level, _, grants = examined(database_url=url).only("rights")
        assert level == "fault"
        await admin.execute(grants)
        assert examined(database_url=url).only("rights")[0] == "ok"
    finally:
        await admin.execute(f'DROP OWNED BY "{role}"; DROP ROLE "{role}"')
        await admin.close()


async def test_fewer_connections_than_it_may_take_are_told(durable_url: str) -> None:
    name = urlsplit(durable_url).path[1:]
    await ask(durable_url, f"ALTER DATABASE {name} CONNECTION LIMIT 20")
    try:
        seen = examined(database_url=durable_url, workers="2", database_connections="15")
    finally:
        await ask(durable_url, f"ALTER DATABASE {name} CONNECTION LIMIT -1")
    level, found, _ = seen.only("connections")
    assert level == "warning"
    assert "limit of the database is 20, and 30" in found


@needs_pgbouncer
def test_a_pooler_of_transactions_is_a_fault(tmp_path: Path, durable_url: str) -> None:
    with pgbouncer(tmp_path / "pgbouncer", durable_url, pool_mode="transaction") as url:
        level, found, _ = examined(database_url=url).only("database")
    assert level == "fault"
    assert "pool_mode = session" in found


@needs_pgbouncer
def test_a_pooler_of_sessions_is_none(tmp_path: Path, durable_url: str) -> None:
    with pgbouncer(tmp_path / "pgbouncer", durable_url, pool_mode="session") as url:
        assert examined(database_url=url).only("pooler")[0] == "ok"


def test_a_database_that_is_stopped_is_a_fault(tmp_path: Path) -> None:
    server = StoppableServer(tmp_path)
    server.start()
    server.stop()
    level, found, to_do = examined(database_url=server.url).only("database")
    assert level == "fault"
    assert "it cannot be used" in found
    assert "see that it runs" in to_do


def test_a_password_is_not_told(database_url: str) -> None:
    url = through_port(database_url, 1).replace("postgres@", "postgres:canary@")
    assert examined(database_url=url).faults == {"database"}


def test_a_stream_that_cannot_be_followed_is_a_warning(durable_url: str, tmp_path: Path) -> None:
    away = f"nats://kanal:canary@127.0.0.1:{free_port()}"
    seen = examined(database_url=durable_url, feed_url=away)
    level, found, to_do = seen.only("stream")
    assert (level, "cannot be used" in found) == ("warning", True)
    assert "Postgres is followed" in to_do
    for version, program in programs().items():
        with running_nats(program, tmp_path / version) as nats:
            seen = examined(database_url=durable_url, feed_url=nats.url)
            level, found, _ = seen.only("stream")
            assert level == "warning"
            assert f"nats-server {version} is there, and no relay has published" in found


def test_a_replica_that_is_the_primary_is_a_warning(durable_url: str) -> None:
    seen = examined(database_url=durable_url, database_replica_url=durable_url)
    assert seen.only("replica")[0] == "warning"


def test_keys_that_are_found_are_told_with_their_algorithms() -> None:
    with running_issuer() as issuer:
        name = issuer.issue("/realm")
        seen = examined(jwt_secret="", jwt_issuer=name, jwt_audience="kanal")
    level, found, _ = seen.only("keys")
    assert level == "ok"
    assert found.startswith(f"those of the issuer {name} were found, for ES256, PS256, ")
    assert seen.only("clock")[0] == "ok"


def test_an_issuer_that_is_spelled_otherwise_is_a_fault() -> None:
    with running_issuer() as issuer:
        name = issuer.issue("/realm")
        seen = examined(jwt_secret="", jwt_issuer=f"{name}/", jwt_audience="kanal")
    level, found, _ = seen.only("keys")
    assert level == "fault"
    assert "they must be equal" in found


@pytest.mark.parametrize(
    ("off", "level", "says"),
    [
        (-3_600, "fault", "behind"),
        (60, "fault", "ahead of"),
        (-8, "warning", "behind"),
        (0, "ok", "level"),
    ],
)
def test_a_providers_clock_is_held_against_ours(
    keys: KeyServer, off: float, level: str, says: str
) -> None:
    keys.clock_off = off
    found = examined(jwt_secret="", jwt_jwks_url=keys.url).only("clock")
    assert found[0] == level
    assert says in found[1]


def test_a_port_that_another_has_is_a_fault() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        level, found, _ = examined(port=str(other.getsockname()[1])).only("port")
    assert level == "fault"
    assert "another program" in found


def test_a_port_at_which_kanal_answers_is_none_and_nobody_is_said_to_hold_it(
    service: RunningService,
) -> None:
    level, found, _ = examined(port=str(urlsplit(service.url).port)).only("port")
    assert level == "ok"
    assert "by itself or through a proxy; a second service cannot listen there" in found


def test_a_certificate_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    gone = str(tmp_path / "nope.pem")
    seen = examined(data_dir=str(tmp_path / "new"), tls_cert=gone, tls_key=gone)
    assert seen.faults == {"tls"}
    assert "KANAL_TLS_CERT: the file cannot be read" in seen.only("tls")[1]


def test_a_collector_without_a_scheme_is_a_warning(tmp_path: Path) -> None:
    where = {"OTEL_EXPORTER_OTLP_ENDPOINT": "canary@127.0.0.1:4318"}
    level, found, _ = examined(data_dir=str(tmp_path / "new"), traces="0.1", **where).only("traces")
    assert level == "warning"
    assert "every span is lost" in found


def test_the_address_for_other_nodes_is_tried(service: RunningService, keys: KeyServer) -> None:
    assert examined(node_url=service.url).only("node")[0] == "ok"
    assert examined(node_url=keys.url).only("node")[0] == "fault"
    assert examined(node_url="http://127.0.0.1:1").only("node")[0] == "warning"


def test_each_setting_that_is_wrong_is_a_fault_of_its_own() -> None:
    seen = examined(surprise="x", port="high", drain="no")
    assert len(seen.found["settings"]) == 3
    assert {level for level, _, _ in seen.found["settings"]} == {"fault"}


@pytest.mark.parametrize(
    "wrong", [{"surprise": "x"}, {"port": "high"}, {"database_url": "postgresql://a:canary@h:x/"}]
)
def test_a_setting_that_is_wrong_is_a_fault_and_the_end(wrong: dict[str, str]) -> None:
    seen = examined(**wrong)
    assert seen.faults == {"settings"}
    assert seen.found.keys() == {"versions", "settings"}
