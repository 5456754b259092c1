"""Tokens that were issued before access was taken back are refused at every door of every node, and
those that are issued later are good; over restarts, replays, exports and imports."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import postgres
from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import js_client, py_client
from tests.support.command_line import kanal
from tests.support.engine_io import polling, websocket
from tests.support.revoking import is_refused, issued_later, listed, operator, revoke, two_nodes
from tests.support.service import RunningService, running_service
from tests.support.tokens import SECRET, token


@pytest.fixture(scope="module")
def nodes(postgres_url: str) -> Iterator[list[RunningService]]:
    with two_nodes(postgres.create_database(postgres_url)) as running:
        yield running


@pytest.fixture
def elsewhere(postgres_url: str) -> str:
    """Another database, with nothing in it."""
    return postgres.create_database(postgres_url)


async def refused_on(url: str, workspace: str, access: str) -> None:
    async def refused() -> bool:
        return await is_refused(url, workspace, access)

    await eventually(refused)


async def test_an_older_token_opens_no_door_of_any_node(nodes: list[RunningService]) -> None:
    w, old = "doors", token("dora", ("doors",))
    seen = (await create_channel(nodes[0].url, w, "before"))["position"]
    async with py_client(nodes[1].url, auth={"token": old}) as client:
        log = (await client.event("auth-success"))["log"]
        await revoke(nodes[0].url, "dora")
    await create_channel(nodes[0].url, w, "after")
    for node in nodes:
        await refused_on(node.url, w, old)
        for connect in (websocket, polling):
            async with connect(node.url) as session:
                await session.join()
                await session.send(f'42["auth",{json.dumps({"data": old, "position": seen})}]')
                assert (await session.event("socket-api-error"))["code"] == "access_revoked"
                await session.send('421["create-channel",{"workspaceId":"doors","name":"no"}]')
                assert (await session.ack(1))["error"]["code"] == "not_authenticated"
                assert set(session.event_names()) == {"socket-api-error"}
            async with connect(node.url) as session:
                kept = {"recover": True, "pid": log, "offset": str(seen)}
                await session.join({"token": old, **kept})
                assert (await session.event("socket-api-error"))["code"] == "access_revoked"
                assert set(session.event_names()) == {"socket-api-error"}


async def test_a_later_token_opens_all_of_them_and_is_told_what_was_missed(
    nodes: list[RunningService],
) -> None:
    w = "later"
    seen = (await create_channel(nodes[0].url, w, "before"))["position"]
    await revoke(nodes[0].url, "lars")
    missed = await create_channel(nodes[0].url, w, "missed")
    later = issued_later("lars", (w,))
    for node in nodes:
        assert (await listed(node.url, w, later)).status_code == 200
        async with js_client(node.url) as client:
            assert (await client.auth(later, position=seen))["recovered"]
            assert await client.event("channel-created") == missed


async def test_a_token_of_the_program_is_good_at_once_after_access_was_taken_back(
    nodes: list[RunningService],
) -> None:
    made = ["token", "--user", "polly", "--workspace", "p"]
    before = kanal(*made, jwt_secret=SECRET).stdout.strip()
    await revoke(nodes[0].url, "polly")
    after = kanal(*made, jwt_secret=SECRET).stdout.strip()
    await refused_on(nodes[0].url, "p", before)
    assert (await listed(nodes[0].url, "p", after)).status_code == 200


async def test_a_token_without_one_of_its_workspaces_is_good_for_the_others(
    nodes: list[RunningService],
) -> None:
    old = token("wanda", ("w-lost", "w-kept"))
    await revoke(nodes[0].url, "wanda", "w-lost")
    for node_number, node in enumerate(nodes, 1):
        await refused_on(node.url, "w-lost", old)
        assert (await listed(node.url, "w-kept", old)).status_code == 200
        async with py_client(node.url) as client:
            await client.auth(old, transaction="t", position=0)
            error = await client.event("socket-api-error")
            assert (error["event"], error["code"]) == ("auth", "access_revoked")
            assert "'w-lost'" in error["message"]
            await create_channel(node.url, "w-lost", f"unheard of {node.url}")
            channel = await create_channel(node.url, "w-kept", f"heard of {node.url}")
            heard = await client.event("channel-created", node_number)
            assert heard == channel
            workspaces = {each["workspaceId"] for each in client.events("channel-created")}
            assert workspaces == {"w-kept"}


NOT_OPERATORS: dict[str, dict[str, Any]] = {
    "no scope": {},
    "other scopes": {"scope": "kanal:read-log kanal:operator Kanal:operate"},
    "an empty list": {"scope": []},
}


@pytest.mark.parametrize("claims", NOT_OPERATORS.values(), ids=NOT_OPERATORS)
async def test_only_operators_take_access_back(
    nodes: list[RunningService], claims: dict[str, Any]
) -> None:
    access = token("mallory", {"only": "admin"}, **claims)
    victim = token("vera", ("only",))
    async with py_client(nodes[0].url, auth={"token": access}) as client:
        await client.event("auth-success")
        answer = await client.call("revoke-access", {"userId": "vera"})
        assert answer["error"]["code"] == "forbidden"
        assert (await client.event("socket-api-error"))["event"] == "revoke-access"
    assert not await is_refused(nodes[0].url, "only", victim)


async def test_an_operator_does_so_over_a_socket(nodes: list[RunningService]) -> None:
    old = token("sam", ("socket",))
    async with py_client(nodes[0].url, auth={"token": operator()}) as client:
        await client.event("auth-success")
        answer = await client.call("revoke-access", {"userId": "sam", "workspaceId": "socket"})
    assert answer.keys() == {"userId", "workspaceId", "revokedAt", "position"}
    await refused_on(nodes[1].url, "socket", old)


async def test_it_is_recorded_by_the_program_without_a_service_and_holds_whatever_is_done(
    database_url: str, elsewhere: str, tmp_path: Path
) -> None:
    """Restarted, replayed, exported and imported."""
    old, w = token("rita", ("kept", "more")), "kept"
    with running_service(database_url) as service:
        await create_channel(service.url, w, "before")
    done = kanal("revoke", "--user", "rita", "--workspace", w, database_url=database_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "position 3: access of 'rita' to the workspace 'kept' was taken back\n"
    line = json.loads(kanal("tail", "--after", "2", database_url=database_url).stdout)
    assert (line["topic"], line["state"]["actor_id"]) == ("access.revoked", "kanal revoke")
    for _ in range(2):
        with running_service(database_url) as service:
            assert await is_refused(service.url, w, old)
            assert not await is_refused(service.url, "more", old)
            for arguments in (["revocations"], ["revocations", "--verify"], ["channels"]):
                replayed = kanal("replay", *arguments, database_url=database_url)
                assert replayed.returncode == 0, replayed.stderr
            assert kanal("check", database_url=database_url).returncode == 0
            assert await is_refused(service.url, w, old)
    file = str(tmp_path / "log.jsonl")
    assert kanal("export", file, database_url=database_url).returncode == 0
    assert kanal("import", file, database_url=elsewhere).returncode == 0
    with running_service(elsewhere) as service:
        assert await is_refused(service.url, w, old)


async def test_the_program_ends_what_a_running_service_has(database_url: str) -> None:
    old = token("nina", ("n",))
    with running_service(database_url) as service:
        async with py_client(service.url, auth={"token": old}) as client:
            await client.event("auth-success")
            done = await asyncio.to_thread(
                kanal, "revoke", "--user", "nina", database_url=database_url
            )
            assert done.stdout.endswith(": access of 'nina' to all workspaces was taken back\n")
            assert (await client.event("socket-api-error"))["code"] == "access_revoked"
            await client.kind("disconnect")
