"""SIGHUP, which a terminal sends when it is closed: a service that has nothing to read anew ends as
at SIGTERM, and one that was started with `nohup` goes on."""

import signal

import httpx

from tests.support.clients import PATIENCE
from tests.support.program import KANAL
from tests.support.service import running_service


def test_a_terminal_that_is_closed_ends_the_service_in_order(database_url: str) -> None:
    with running_service(database_url, command=[KANAL, "serve"]) as service:
        assert service.stop(signal.SIGHUP) == 0
        assert service.troubles == ""


def test_a_service_under_nohup_goes_on(database_url: str) -> None:
    with running_service(database_url, command=["nohup", KANAL, "serve"]) as service:
        service.process.send_signal(signal.SIGHUP)
        assert httpx.get(f"{service.url}/health/ready", timeout=PATIENCE).status_code == 200
        assert service.stop() == 0
