"""Fixtures of tests that need NATS: a server of each version that this machine has, or the program
of one. Where there is none, the test is skipped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.nats_server import SEVERAL, NatsServer, programs, running_nats

VERSIONS = programs()


@pytest.fixture(params=list(VERSIONS.values()) or [""], ids=list(VERSIONS) or ["none"])
def nats_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NatsServer]:
    with running_nats(_needed(request.param), tmp_path / "jetstream") as server:
        yield server


@pytest.fixture(params=list(VERSIONS.values())[:1] or [""], ids=list(VERSIONS)[:1] or ["none"])
def nats_program(request: pytest.FixtureRequest) -> str:
    """For what takes too long with each of them."""
    return _needed(request.param)


def _needed(program: str) -> str:
    if not program:
        pytest.skip(f"there is no nats-server, on PATH or in {SEVERAL}")
    return program
