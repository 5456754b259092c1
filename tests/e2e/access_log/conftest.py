"""A service that writes an access log, as JSON lines, and believes the proxies of this machine."""

from collections.abc import Iterator

import pytest

from tests.support import postgres
from tests.support.lines import lines
from tests.support.service import RunningService, running_service


@pytest.fixture(scope="module")
def noting(postgres_url: str) -> Iterator[RunningService]:
    with running_service(
        postgres.create_database(postgres_url),
        log_format="json",
        access_log="true",
        trusted_proxies="127.0.0.0/8",
        auth_timeout="3",
    ) as running:
        yield running
        assert [line for line in lines(running) if line["log.level"] in ("error", "critical")] == []
