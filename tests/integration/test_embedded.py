"""The embedded Postgres is a real server: durable, private, gone when it is not used any more."""

import os
import pwd
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from persistence.database.embedded import EmbeddedPostgres
from persistence.database.embedded_programs import EmbeddedPostgresError
from tests.support.embedded_process import (
    assert_gone,
    embedded_process,
    family,
    of_each,
    postmaster,
)
from tests.support.postgres import ask

AS_ROOT = os.geteuid() == 0


def socket_directory(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


async def directory_of(url: str) -> Path:
    """The directory that a server was started with."""
    return Path(str(await ask(url, "SHOW data_directory"))).parent


async def test_it_starts_answers_and_leaves_no_process(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as url:
        processes = family(postmaster(tmp_path))
        assert len(processes) > 1
        await ask(url, "CREATE TABLE kept AS SELECT 7 AS number")
    assert_gone(processes)
    with EmbeddedPostgres(tmp_path) as url:
        assert await ask(url, "SELECT number FROM kept") == 7


async def test_what_it_has_committed_outlives_a_power_cut(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as url:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert await ask(url, f"SHOW {setting}") == "on"


async def test_it_has_connections_for_as_many_nodes_as_are_to_be_started(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as url:
        assert await ask(url, "SHOW max_connections") == "100"
    with EmbeddedPostgres(tmp_path, nodes=20) as url:
        assert await ask(url, "SHOW max_connections") == str(21 * 16)


async def test_no_network_reaches_it_and_no_other_user(postgres_url: str) -> None:
    assert await ask(postgres_url, "SHOW listen_addresses") == ""
    processes = family(postmaster(await directory_of(postgres_url)))
    connections = of_each(processes, lambda process: process.net_connections("inet"))
    assert len(connections) > 1
    assert not any(connections)
    assert socket_directory(postgres_url).stat().st_mode & 0o077 == 0


@pytest.mark.skipif(not AS_ROOT, reason="only root has to be somebody else")
async def test_for_root_it_runs_as_a_user_of_its_own(postgres_url: str) -> None:
    processes = family(postmaster(await directory_of(postgres_url)))
    assert set(of_each(processes, lambda process: process.username())) == {"kanal"}


@pytest.mark.skipif(not AS_ROOT, reason="who is not root runs all the others so")
async def test_it_works_for_an_ordinary_user(tmp_path: Path, postgres_url: str) -> None:
    """Who owns nothing but the data directory, and can become nobody else. (The server of the
    whole run has made the way to the programs passable, as it does for root.)"""
    directory = tmp_path / "data"
    directory.mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(directory, nobody.pw_uid, nobody.pw_gid)
    tmp_path.chmod(0o711)
    with embedded_process(directory, nobody.pw_name) as process:
        assert await ask(process.url(), "SELECT 1") == 1
        server = postmaster(directory)
        assert server.username() == nobody.pw_name
    assert_gone([server])
    assert {path.stat().st_uid for path in directory.rglob("*")} == {nobody.pw_uid}


@pytest.mark.parametrize("missing", ["PG_VERSION", "kanal.conf"])
async def test_an_initialisation_that_was_cut_short_is_done_again(
    tmp_path: Path, missing: str
) -> None:
    data = tmp_path / "postgres"
    for left in {"PG_VERSION", "kanal.conf", "postgresql.conf"} - {missing}:
        data.mkdir(exist_ok=True)
        (data / left).write_text("half a line")
    with EmbeddedPostgres(tmp_path) as url:
        assert await ask(url, "SELECT 1") == 1


async def test_data_of_another_major_version_is_refused_in_one_line_and_kept(
    tmp_path: Path,
) -> None:
    with EmbeddedPostgres(tmp_path) as url:
        await ask(url, "CREATE TABLE kept AS SELECT 7 AS number")
    version = tmp_path / "postgres" / "PG_VERSION"
    major = version.read_text()
    version.write_text("17\n")
    for may_create in (True, False):
        with (
            pytest.raises(EmbeddedPostgresError) as refused,
            EmbeddedPostgres(tmp_path, may_create=may_create),
        ):
            pytest.fail("it took data that it cannot read")
        told = str(refused.value)
        assert "PostgreSQL 17" in told
        assert "kanal export" in told
        assert "kanal import" in told
        assert "\n" not in told
    version.write_text(major)
    with EmbeddedPostgres(tmp_path) as url:
        assert await ask(url, "SELECT number FROM kept") == 7


async def test_directories_with_long_names_have_short_sockets_of_their_own(
    tmp_path: Path,
) -> None:
    long = tmp_path / ("a long name " * 10)
    with EmbeddedPostgres(long / "one") as one, EmbeddedPostgres(long / "два") as two:
        for name, url in (("one", one), ("два", two)):
            assert len(str(socket_directory(url))) < 90
            assert await directory_of(url) == long / name
        with embedded_process(long / "one") as process:
            assert process.url() == one


async def test_one_that_cannot_start_says_why_and_starts_when_that_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("persistence.database.embedded.START_ATTEMPTS", 1)
    with EmbeddedPostgres(tmp_path):
        pass
    configuration = tmp_path / "postgres" / "kanal.conf"
    good = configuration.read_text()
    configuration.write_text(good + "shared_buffers = 'a lot'\n")
    with pytest.raises(EmbeddedPostgresError, match=r"does not start: .*FATAL"):
        EmbeddedPostgres(tmp_path).__enter__()
    configuration.write_text(good)
    with EmbeddedPostgres(tmp_path) as url:
        assert await ask(url, "SELECT 1") == 1
