"""Fixtures of all tests: a real Postgres, a database for each test, a running service."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.support import postgres
from tests.support.outputs import OUTPUTS
from tests.support.service import RunningService, running_service

settings.register_profile("long")  # by name on the command line, for tests that can go on for long

_SECRETS_SEEN = "secrets seen"
"""What a process of xdist tells the one that reports."""

_seen: list[str] = []


def pytest_sessionstart() -> None:
    OUTPUTS.begin()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if anything that the tests have started has written a secret."""
    seen = OUTPUTS.end()
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput[_SECRETS_SEEN] = seen
        return
    _seen.extend(seen)
    if _seen:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    _seen.extend(getattr(node, "workeroutput", {}).get(_SECRETS_SEEN, []))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _seen:
        terminalreporter.section("SECRETS IN AN OUTPUT", red=True)
        for line in _seen:
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Postgres server, one for the whole run."""
    with postgres.server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture
def database_url(postgres_url: str) -> str:
    """An empty database of the test's own."""
    return postgres.create_database(postgres_url)


@pytest.fixture(scope="session")
def service(postgres_url: str) -> Iterator[RunningService]:
    """A running service, shared by all tests; they use workspaces of their own."""
    with running_service(postgres.create_database(postgres_url)) as running:
        yield running
