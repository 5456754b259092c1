"""A service after a promotion that lost the end of its log: nothing in it is of what is gone."""

import asyncio
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.e2e.lifecycle.rewound.story import WORKSPACE, create
from tests.support.background import eventually
from tests.support.command_line import kanal
from tests.support.http import User, bearer, changed, created, http_client
from tests.support.postgres import create_database
from tests.support.replica import ReplicatedPostgres
from tests.support.revoking import operator
from tests.support.service import RunningService, running_service

GONE = "positions 5 to 12 are gone"


@dataclass
class Rewound:
    """The service, and what was made of two channels that are there and two that are not."""

    service: RunningService
    url: str
    alice: User
    kept: Any
    """Its first version is in the log, two more are gone."""
    deleted: Any
    """Its deletion is gone."""
    lost: Any
    """It is gone, and was made with its name as the key."""


@pytest.fixture(scope="module")
def rewound(servers: ReplicatedPostgres) -> Iterator[Rewound]:
    asyncio.run(servers.start_empty())
    asyncio.run(servers.replicate())
    url = servers.url(create_database(servers.primary.url))
    with running_service(url) as service, http_client(service.url) as http:
        alice = User(http, WORKSPACE)
        kept, deleted = created(alice.create("kept")), created(alice.create("deleted"))
        asyncio.run(servers.catch_up())
        asyncio.run(servers.fall_behind())
        for description in ("one", "two"):
            changed(alice.update(kept["id"], description=description))
        changed(alice.delete(deleted["id"]))
        lost, _ = asyncio.run(create(service.url, ["lost", "lost too"]))
        asyncio.run(servers.fail_over())

        async def has_noticed() -> bool:
            return "was rewound" in service.output and http.get("/health/ready").status_code == 200

        asyncio.run(eventually(has_noticed))
        yield Rewound(service, url, alice, kept, deleted, lost)


def test_it_says_once_what_is_gone(rewound: Rewound) -> None:
    lines = [line for line in rewound.service.troubles.splitlines() if "CRITICAL" in line]
    assert len(lines) == 1
    assert f"the log was rewound: {GONE}" in lines[0]
    assert "ERROR" not in rewound.service.output
    assert "Traceback" not in rewound.service.output


def test_it_tells_its_operators_in_plain_words(rewound: Rewound) -> None:
    with http_client(rewound.service.url) as http:
        answer = http.get("/operator/nodes", headers=bearer(operator())).json()
    (alarm,) = answer["nodes"][0]["alarms"]
    assert f"the log was rewound: {GONE}" in alarm["message"]
    assert answer["log"] in alarm["message"]


def test_it_counts_it(rewound: Rewound) -> None:
    with http_client(rewound.service.url) as http:
        metrics = http.get("/health/metrics").text
    assert "\nkanal_log_rewinds_total 1.0\n" in metrics


def test_a_change_of_a_channel_is_decided_on_what_is_left_of_it(rewound: Rewound) -> None:
    update = changed(rewound.alice.update(rewound.kept["id"], name="renamed"))
    assert update["version"] == 2
    assert update["description"] is None
    history = rewound.alice.history(rewound.kept["id"]).json()["history"]
    assert [each["version"] for each in history] == [1, 2]


def test_a_channel_whose_deletion_was_lost_is_there(rewound: Rewound) -> None:
    assert changed(rewound.alice.get(rewound.deleted["id"])) == rewound.deleted
    assert changed(rewound.alice.update(rewound.deleted["id"], description="here"))["version"] == 2


def test_a_channel_that_was_lost_is_not_there(rewound: Rewound) -> None:
    with http_client(rewound.service.url) as http:
        alice = User(http, WORKSPACE)
        assert alice.get(rewound.lost["id"]).status_code == 404
        assert alice.update(rewound.lost["id"], name="found").status_code == 404


def test_a_key_whose_channel_was_lost_creates_anew(rewound: Rewound) -> None:
    again = created(rewound.alice.create("lost too", key="lost too"))
    assert rewound.alice.get(again["id"]).json() == again
    assert rewound.alice.create("lost too", key="lost too").json() == again


def test_a_name_that_was_lost_is_free(rewound: Rewound) -> None:
    created(rewound.alice.create("LOST"))


def test_the_list_is_that_of_the_log(rewound: Rewound) -> None:
    last = created(rewound.alice.create("last"))
    page = changed(rewound.alice.list(minPosition=last["position"]))
    tail = kanal("tail", database_url=rewound.url)
    events = [json.loads(line) for line in tail.stdout.splitlines()]
    assert [event["position"] for event in events] == list(range(1, last["position"] + 2))
    in_log = [event["stream"] for event in events if event["topic"] == "channel.created"]
    assert [channel["id"] for channel in page["channels"]] == in_log
    verified = kanal("replay", "channels", "--verify", database_url=rewound.url)
    assert verified.returncode == 0, verified.stdout + verified.stderr


def test_the_log_is_whole_and_has_two_epochs(rewound: Rewound) -> None:
    checked = kanal("check", database_url=rewound.url)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    epochs = re.findall(r"^epoch (\d): (\S+), from position (\d+),", checked.stdout, re.MULTILINE)
    assert [(number, first) for number, _, first in epochs] == [("1", "1"), ("2", "5")]
    tail = kanal("tail", database_url=rewound.url)
    events = [json.loads(line) for line in tail.stdout.splitlines()]
    ids = {number: id for number, id, _ in epochs}
    assert {event["log"] for event in events[:4]} == {ids["1"]}
    assert {event["log"] for event in events[4:]} == {ids["2"]}
