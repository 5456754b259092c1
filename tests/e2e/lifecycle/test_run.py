"""Starting and stopping as the README says, with the embedded Postgres, under what goes wrong."""

import asyncio
import os
import re
import signal
import stat
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.support.clients import PATIENCE, js_client
from tests.support.embedded_service import (
    DEVELOPMENT,
    create,
    development_token,
    embedded,
    names,
    postgres_pid,
)
from tests.support.program import KANAL, run_kanal
from tests.support.service import running_service
from tests.support.tokens import token


def test_the_printed_line_creates_a_channel_when_it_is_pasted(tmp_path: Path) -> None:
    with embedded(tmp_path, command=(KANAL, "serve"), **DEVELOPMENT) as service:
        line = re.search(r"^curl .*$", service.output, re.MULTILINE)
        assert line is not None, service.output
        pasted = f"TOKEN={development_token(service)}\n{line[0]}"
        result = subprocess.run(["bash", "-c", pasted], capture_output=True, text=True, check=True)
        assert "HTTP/1.1 201 Created" in result.stdout
        assert names(service, development_token(service)) == ["general"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_stops_everything_whoever_is_connected(
    tmp_path: Path, number: signal.Signals
) -> None:
    with embedded(tmp_path) as service:
        pid = postgres_pid(tmp_path)
        assert pid is not None
        auth = {"token": token()}
        async with (
            httpx.AsyncClient(timeout=PATIENCE) as keeps_alive,
            js_client(service.url, transports=["polling"], auth=auth, reconnection=False) as polls,
            js_client(service.url, transports=["websocket"], auth=auth, reconnection=False) as ws,
        ):
            await keeps_alive.get(f"{service.url}/health/live")
            await polls.event("auth-success")
            await ws.event("auth-success")
            assert await asyncio.to_thread(service.stop, number) == 0
            await ws.kind("disconnect")
        assert postgres_pid(tmp_path) is None
        assert "Traceback" not in service.output


def test_ctrl_c_reaches_the_whole_group_and_postgres_still_stops_last(tmp_path: Path) -> None:
    with embedded(tmp_path, command=(KANAL, "serve")) as service:
        assert create(service, "kept") == 201
        while service.process.poll() is None:  # an impatient one
            os.killpg(service.process.pid, signal.SIGINT)
            time.sleep(0.002)
        assert service.process.returncode == 0
        assert service.troubles == ""
        assert postgres_pid(tmp_path) is None
    with embedded(tmp_path) as service:
        assert names(service) == ["kept"]


def test_a_second_start_on_the_same_port_says_so_in_a_line_and_harms_nothing(
    tmp_path: Path,
) -> None:
    with embedded(tmp_path) as service:
        port = service.url.rpartition(":")[2]
        result = serve_and_fail(KANAL_PORT=port, KANAL_DATA_DIR=str(tmp_path))
        assert f"cannot listen on 127.0.0.1:{port}" in result
        assert create(service, "still here") == 201


def test_two_services_share_a_data_directory_and_the_last_one_stops_postgres(
    tmp_path: Path,
) -> None:
    with embedded(tmp_path) as first, embedded(tmp_path) as second:
        assert create(first, "one") == 201
        assert first.stop() == 0
        assert postgres_pid(tmp_path) is not None
        assert create(second, "two") == 201
        assert second.stop() == 0
    assert postgres_pid(tmp_path) is None


@pytest.mark.parametrize("also_postgres", [False, True])
def test_after_a_kill_the_next_start_has_everything(tmp_path: Path, also_postgres: bool) -> None:
    with embedded(tmp_path) as service:
        assert create(service, "kept") == 201
        pid = postgres_pid(tmp_path)
        assert pid is not None
        service.stop(signal.SIGKILL)
        if also_postgres:
            os.kill(pid, signal.SIGKILL)
    with embedded(tmp_path) as service:
        assert create(service, "kept") == 409
        assert service.stop() == 0
    assert postgres_pid(tmp_path) is None


def test_it_runs_from_a_path_with_spaces_and_other_alphabets(tmp_path: Path) -> None:
    directory = tmp_path / "мои каналы" / ("a long name " * 10)
    directory.mkdir(parents=True)
    with embedded(directory) as service:
        assert create(service, "here") == 201
        assert service.stop() == 0


def test_the_development_secret_is_kept_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    with embedded(tmp_path, **DEVELOPMENT) as service:
        access = development_token(service)
        assert "KANAL_JWT_SECRET is not set" in service.output
        service.stop()
    assert stat.S_IMODE((tmp_path / "jwt-secret").stat().st_mode) == 0o600
    with embedded(tmp_path, **DEVELOPMENT) as service:
        assert create(service, "again", access) == 201


def serve_and_fail(**environment: str) -> str:
    """What a start that fails says on standard error: one line, and exit status 1."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KANAL_")}
    result = run_kanal(["serve"], clean | environment)
    said = result.stderr.decode()
    assert result.returncode == 1, said
    assert "Traceback" not in said
    return said.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KANAL_PRT", "8000"),
        ("KANAL_PORT", "eight thousand"),
        ("KANAL_PORT", "70000"),
        ("KANAL_AUTH_TIMEOUT", "-1"),
        ("KANAL_JWT_SECRET", "short"),
        ("KANAL_JWT_PUBLIC_KEY", "/nowhere/key.pem"),
        ("KANAL_JWT_JWKS_URL", "ftp://keys"),
        ("KANAL_DATABASE_URL", "mysql://somewhere"),
        ("KANAL_DATABASE_URL", "postgresql://somewhere/kanal?sslmode=banana"),
        ("KANAL_DATABASE_REPLICA_URL", "mysql://somewhere"),
    ],
)
def test_a_setting_that_is_wrong_stops_the_start_with_a_line_that_names_it(
    name: str, value: str
) -> None:
    assert name in serve_and_fail(**{name: value})


def test_a_replica_url_that_no_server_could_answer_stops_the_start(database_url: str) -> None:
    replica = "postgresql://bob:s3cret-word@somewhere/kanal?sslmode=banana"
    line = serve_and_fail(KANAL_DATABASE_URL=database_url, KANAL_DATABASE_REPLICA_URL=replica)
    assert "KANAL_DATABASE_REPLICA_URL: `sslmode` parameter must be" in line
    assert "s3cret-word" not in line


def test_it_starts_beside_kubernetes_services_of_its_name(database_url: str) -> None:
    links = {
        "service_host": "10.96.0.17",
        "service_port": "80",
        "port_80_tcp_addr": "10.96.0.17",
        "postgres_service_host": "10.96.0.18",
    }
    with running_service(database_url, **links) as service:
        (line,) = re.findall("^.*Kubernetes.*$", service.output, re.MULTILINE)
        for name in links:
            assert f"KANAL_{name.upper()}" in line


def test_a_service_open_to_others_needs_a_chosen_secret(tmp_path: Path) -> None:
    line = serve_and_fail(KANAL_HOST="0.0.0.0", KANAL_PORT="0", KANAL_DATA_DIR=str(tmp_path))
    assert "KANAL_JWT_SECRET" in line
    assert "must be set" in line
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_cannot_be_reached_stops_the_start_with_a_line() -> None:
    url = "postgresql://user:s3cret-word@127.0.0.1:1/none"
    line = serve_and_fail(KANAL_DATABASE_URL=url, KANAL_PORT="0", KANAL_JWT_SECRET="x" * 32)
    assert "database" in line
    assert "s3cret-word" not in line
