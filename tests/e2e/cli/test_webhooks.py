"""`kanal webhooks`: an operator at the command line, beside a service that goes on."""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.support.command_line import kanal
from tests.support.http import User, check_problem, created, http_client
from tests.support.registering import NOBODY_THERE, Registrar, told
from tests.support.service import RunningService, running_service

HERE = "127.0.0.0/8"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def service(database_url: str) -> Iterator[RunningService]:
    with running_service(database_url, webhook_networks=HERE) as running:
        yield running
        assert running.troubles == ""


@pytest.fixture
def http(service: RunningService) -> Iterator[httpx.Client]:
    with http_client(service.url) as client:
        yield client


class Webhooks:
    """The command, on a database; each ends well unless a test expects a refusal."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url

    def __call__(self, *arguments: str) -> str:
        done = self._run(*arguments)
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    def one(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json"))

    def refused(self, *arguments: str) -> str:
        """The one line that it is refused with."""
        done = self._run(*arguments)
        assert (done.returncode, done.stdout) == (1, "")
        (line,) = done.stderr.splitlines()
        return line

    def _run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return kanal("webhooks", *arguments, database_url=self._database_url, webhook_networks=HERE)


def test_a_webhook_is_registered_and_changed_beside_a_service(
    database_url: str, http: httpx.Client
) -> None:
    webhooks, registrar = Webhooks(database_url), Registrar(http)
    created(User(http, "demo").create("welcome"))
    head = told(registrar.list())["position"]
    assert head > 0
    assert webhooks("list", "--json") == ""
    said = webhooks("add", NOBODY_THERE, "--type", "channel.created", "--workspace", "other")
    (secret,) = SECRET.findall(said)
    (webhook,) = told(registrar.list())["webhooks"]
    webhook_id = webhook["id"]
    assert f"webhook {webhook_id} is told what lies behind position {head}" in said
    assert (webhook["types"], webhook["workspaces"]) == (["channel.created"], ["other"])
    table = webhooks("list")
    assert [each in table for each in (webhook_id, "active", NOBODY_THERE)] == [True] * 3
    webhooks("pause", webhook_id)
    assert told(registrar.get(webhook_id))["state"] == "paused"
    assert webhooks.one("list")["state"] == "paused"
    assert f"is active, at position {head}" in webhooks("resume", webhook_id)
    assert "is active, at position 0" in webhooks("replay", webhook_id, "--after", "0")
    (new,) = SECRET.findall(webhooks("new-secret", webhook_id))
    assert new != secret
    for shown in (webhooks("show", webhook_id), webhooks("show", webhook_id, "--json")):
        assert re.search(r"previousSecretUntil\W+20", shown)
        assert SECRET.search(shown) is None
    webhooks("remove", webhook_id)
    check_problem(registrar.get(webhook_id), 404, "not_found")


def test_what_cannot_be_done_is_said_in_one_line(database_url: str) -> None:
    webhooks = Webhooks(database_url)
    assert webhooks.refused("add", "https://10.0.0.1/").startswith("kanal: url is at an address")
    assert webhooks.refused("add", NOBODY_THERE, "--type", "x").startswith("kanal: types must be")
    assert "none of this log" in webhooks.refused("add", NOBODY_THERE, "--after", "7")
    unknown = str(uuid4())
    for command in ("show", "pause", "resume", "new-secret", "remove"):
        assert webhooks.refused(command, unknown) == f"kanal: there is no webhook {unknown}"
    assert webhooks.refused("replay", "first", "--after", "0").startswith("kanal: there is no such")
    assert webhooks("list", "--json") == ""


def test_what_a_description_holds_steers_no_terminal(database_url: str) -> None:
    webhooks = Webhooks(database_url)
    added = webhooks.one("add", NOBODY_THERE, "--description", "red \x1b[31m\nand more")
    assert "\x1b" not in webhooks("show", added["id"])
