"""Fixtures of the relay's tests: a NATS server of each version that this machine has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.nats_server import SEVERAL, NatsServer, programs, running_nats

VERSIONS = programs()


@pytest.fixture(
    params=list(VERSIONS.values())
    or [pytest.param("", marks=pytest.mark.skip(f"no nats-server, on PATH or in {SEVERAL}"))],
    ids=list(VERSIONS) or ["none"],
)
def nats_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NatsServer]:
    with running_nats(request.param, tmp_path / "jetstream") as server:
        yield server
