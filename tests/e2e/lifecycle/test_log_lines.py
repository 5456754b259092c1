"""The log as JSON lines: all that a service writes, from its start to its end, with several workers
too."""

import json

import pytest

from tests.support import postgres
from tests.support.command_line import kanal
from tests.support.http import User, created, http_client
from tests.support.lines import lines
from tests.support.service import running_service, token_settings
from tests.support.tokens import SECRET


@pytest.mark.parametrize("workers", ["1", "2"])
def test_all_that_a_service_writes_is_json(database_url: str, workers: str) -> None:
    with running_service(database_url, log_format="json", workers=workers) as service:
        with http_client(service.url) as http:
            user = User(http, "demo").sending(X_Request_ID="a request")
            created(user.create("general"))
        assert service.stop() == 0
        written = lines(service)
    (appended,) = [line for line in written if line["message"].startswith("position 1: ")]
    assert appended["http.request.id"] == "a request"
    assert appended["log.logger"] == "domain.commands"
    names = {line.get("service.node.name") for line in written}
    assert names == ({None} if workers == "1" else {None, "w1", "w2"})
    assert any(line["message"] == f"Kanal listens on {service.url}" for line in written)


def test_a_start_that_fails_ends_with_a_line_of_json(postgres_url: str) -> None:
    away = postgres.through_port(postgres_url, 1)
    named = {name.removeprefix("KANAL_").lower(): value for name, value in token_settings().items()}
    failed = kanal("serve", database_url=away, log_format="json", port="0", **named)
    assert (failed.returncode, failed.stdout) == (1, "")
    *_, last = [json.loads(line) for line in failed.stderr.splitlines()]
    assert last["log.level"] == "error"
    assert "Connect call failed" in last["message"] or "refused" in last["message"]
    assert SECRET not in failed.stderr


@pytest.mark.parametrize("value", ["JSON", "xml", "0"])
def test_an_unknown_format_stops_the_start(value: str) -> None:
    failed = kanal("serve", log_format=value, port="0")
    assert failed.returncode == 1
    assert failed.stderr.startswith("kanal: KANAL_LOG_FORMAT: ")
    assert len(failed.stderr.splitlines()) == 1
