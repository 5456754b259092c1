"""The id of a request over a socket: its `transaction`, else a new one; in the events that it
caused, and in the log of the service."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.clients import STOCK_CLIENTS, py_client
from tests.support.http import User, changed
from tests.support.request_ids import NEW, log_lines
from tests.support.service import RunningService
from tests.support.tokens import token


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_a_transaction_is_the_id_of_a_sockets_request(
    service: RunningService, alice: User, workspace: str, language: str
) -> None:
    auth = {"token": token("alice", (workspace,))}
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        await client.event("auth-success")
        sent = []

        async def ask(event: str, **data: object) -> Any:
            sent.append(f"{language} {event} {uuid4()}")
            data = {"workspaceId": workspace, **data, "transaction": sent[-1]}
            answer = await client.call(event, data)
            assert "error" not in answer
            return answer

        created = await ask("create-channel", name="general", isPrivate=True)
        of = {"channelId": created["channel"]["id"]}
        await ask("update-channel", **of, name="new")
        await ask("add-channel-member", **of, userId="bob")
        await ask("remove-channel-member", **of, userId="bob")
        told = changed(alice.history(of["channelId"]))["history"]
        assert [each["requestId"] for each in told] == sent
        await ask("delete-channel", **of)
        for transaction in sent:
            assert len(log_lines(service, transaction)) == 1


async def test_a_sockets_request_without_a_transaction_gets_an_id_of_its_own(
    service: RunningService, alice: User, workspace: str
) -> None:
    """As does one whose transaction could not stand in a line of the log as it is."""
    auth = {"token": token("alice", (workspace,))}
    async with py_client(service.url, auth=auth) as client:
        await client.event("auth-success")
        found = set()
        for name, more in (
            ("a", {}),
            ("b", {}),
            ("c", {"transaction": None}),
            ("d", {"transaction": "grüß"}),
            ("e", {"transaction": "two\nlines"}),
        ):
            data = {"workspaceId": workspace, "name": name, **more}
            answer = await client.call("create-channel", data)
            (told,) = changed(alice.history(answer["channel"]["id"]))["history"]
            assert NEW.fullmatch(told["requestId"])
            found.add(told["requestId"])
        assert len(found) == 5
