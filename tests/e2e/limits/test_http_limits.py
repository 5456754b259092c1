"""Limits over HTTP: who asks for too much is told so and when to try again, and nobody else."""

import asyncio
from collections.abc import Iterator
from itertools import islice
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.support import postgres
from tests.support.clients import PATIENCE
from tests.support.http import User, bearer, check_problem, created, http_client
from tests.support.revoking import operator
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

BAD = bearer(token(secret="another secret, thirty-two bytes or more"))


@pytest.fixture(scope="module")
def limited(postgres_url: str) -> Iterator[RunningService]:
    """A service that gives little, behind a proxy on this machine."""
    with running_service(
        postgres.create_database(postgres_url),
        rate_commands="3/hour",
        rate_auth="1/hour",
        max_channels="2",
        trusted_proxies="127.0.0.1",
    ) as running:
        yield running


@pytest.fixture
def http(limited: RunningService) -> Iterator[httpx.Client]:
    with http_client(limited.url) as client:
        yield client


def test_a_command_too_many_is_refused_and_says_when_to_try_again(http: httpx.Client) -> None:
    noisy, light = User(http, str(uuid4()), "noisy"), User(http, str(uuid4()), "light")
    channel = created(noisy.create("a"))
    for name in "bc":
        noisy.update(channel["id"], name=name)
    refused = noisy.create("d")
    check_problem(refused, 429, "rate_limited")
    assert int(refused.headers["Retry-After"]) in range(1, 1_201)
    assert refused.headers["RateLimit-Policy"] == '"commands";q=3;w=3600'
    assert refused.headers["RateLimit"] == f'"commands";r=0;t={refused.headers["Retry-After"]}'
    assert "noisy" not in refused.text
    check_problem(noisy.delete(channel["id"]), 429, "rate_limited")
    # What only reads is no command, and what others ask for is theirs.
    assert noisy.get(channel["id"]).json()["name"] == "c"
    created(light.create("a"))


def test_what_operators_read_counts_as_their_commands_do(http: httpx.Client) -> None:
    headers = bearer(operator("olga"))
    for path in ("log", "nodes", "projections"):
        assert http.get(f"/operator/{path}", headers=headers).status_code == 200
    for path in ("log", "log/1", "channels", "connections", "nodes", "projections"):
        refused = http.get(f"/operator/{path}", headers=headers)
        check_problem(refused, 429, "rate_limited")
    assert http.get("/operator/log", headers=bearer(operator("other"))).status_code == 200


def test_a_new_connection_and_a_new_token_evade_nothing(limited: RunningService) -> None:
    workspace = str(uuid4())
    statuses: list[int] = []
    for _ in range(5):
        with http_client(limited.url) as client:
            path = f"/workspaces/{workspace}/channels"
            headers = bearer(token("evader", (workspace,), ttl=1_000 + len(statuses)))
            answer = client.post(path, json={"name": ""}, headers=headers)
            statuses.append(answer.status_code)
    assert statuses == [422, 422, 422, 429, 429]


def test_bad_tokens_use_up_an_address_and_tokens_that_were_good_go_on(http: httpx.Client) -> None:
    workspace = str(uuid4())
    known, newcomer = User(http, workspace, "known"), User(http, workspace, "newcomer")
    here = {"X-Forwarded-For": "198.51.100.7"}
    path = known.channels
    assert http.get(path, headers={**known.headers, **here}).status_code == 200
    answers = [http.get(path, headers={**BAD, **here}) for _ in range(101)]
    assert [answer.status_code for answer in answers] == [401] * 100 + [429]
    assert "too many bad tokens" in check_problem(answers[-1], 429, "rate_limited")
    assert http.get(path, headers={**newcomer.headers, **here}).status_code == 429
    assert http.get(path, headers={**known.headers, **here}).status_code == 200
    there = {"X-Forwarded-For": "198.51.100.8"}
    assert http.get(path, headers={**newcomer.headers, **there}).status_code == 200
    # What a client writes itself stands to the left of what the proxy adds.
    forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7"}
    assert http.get(path, headers={**BAD, **forged}).status_code == 429
    handshake = http.get("/socket.io/?EIO=4&transport=polling", headers=forged)
    check_problem(handshake, 429, "rate_limited")


def test_a_workspace_has_no_more_channels_than_it_may_until_one_is_deleted(
    http: httpx.Client,
) -> None:
    workspace = str(uuid4())
    alice, bob = User(http, workspace, "alice"), User(http, workspace, "bob")
    first = created(alice.create("a", key="k"))
    created(alice.create("b", isPrivate=True))
    check_problem(bob.create("c"), 409, "too_many_channels")
    again = alice.create("a", key="k")
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    carol = User(http, workspace, "carol", role="admin")
    assert carol.delete(first["id"]).status_code == 200
    while (answer := User(http, workspace, str(uuid4())).create("c")).status_code == 409:
        pass
    created(answer)


async def test_channels_that_are_about_to_be_created_have_their_places(database_url: str) -> None:
    with running_service(database_url, max_channels="2") as service:
        admin = await asyncpg.connect(database_url)
        async with httpx.AsyncClient(
            base_url=service.url, headers=bearer(token()), timeout=PATIENCE
        ) as http:

            async def create(name: str) -> int:
                body = {"name": name}
                return (await http.post("/workspaces/demo/channels", json=body)).status_code

            assert await create("a") == 201
            assert await create("a") == 409
            async with admin.transaction():
                await admin.execute("LOCK TABLE log_head")
                creating = [asyncio.create_task(create(f"b{number}")) for number in range(6)]
                # All but the one for which there is a place are refused at once.
                refused = [await each for each in islice(asyncio.as_completed(creating), 5)]
            assert refused == [409] * 5
            assert sorted([await each for each in creating]) == [201] + [409] * 5
        await admin.close()


def test_forwarded_headers_of_one_who_is_no_proxy_evade_nothing(postgres_url: str) -> None:
    database_url = postgres.create_database(postgres_url)
    with (
        running_service(database_url, rate_auth="1/hour") as service,
        http_client(service.url) as client,
    ):
        statuses = [
            client.get(
                "/workspaces/demo/channels",
                headers={
                    **BAD,
                    "X-Forwarded-For": f"198.51.100.{number}",
                    "Forwarded": f"for=198.51.100.{number}",
                    "X-Real-IP": f"198.51.100.{number}",
                },
            ).status_code
            for number in range(101)
        ]
    assert statuses == [401] * 100 + [429]


@pytest.mark.parametrize(("proxies", "status"), [("127.0.0.1", 200), ("10.0.0.1", 403)])
def test_a_proxy_tells_the_services_own_origin_where_it_is_trusted_and_nobody_else(
    postgres_url: str, proxies: str, status: int
) -> None:
    database_url = postgres.create_database(postgres_url)
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "kanal.example"}
    with (
        running_service(database_url, trusted_proxies=proxies) as service,
        http_client(service.url) as client,
    ):
        path = "/socket.io/?EIO=4&transport=polling"
        origin = {"Origin": "https://kanal.example"}
        assert client.get(path, headers={**origin, **forwarded}).status_code == status
