"""Fixtures of the relay's tests: a NATS server of each version that this machine has."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.nats_server import SEVERAL, NatsServer, programs, running_nats

VERSIONS = programs()


@pytest.fixture(params=list(VERSIONS.values()) or [""], ids=list(VERSIONS) or ["none"])
def nats_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NatsServer]:
    if not request.param:
        pytest.skip(f"there is no nats-server, on PATH or in {SEVERAL}")
    with running_nats(request.param, tmp_path / "jetstream") as server:
        yield server
