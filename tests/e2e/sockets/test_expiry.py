"""A token that expires on a live connection: that is told, and nothing is heard until the next."""

from tests.support.channels import create_channel
from tests.support.clients import js_client, py_client
from tests.support.service import RunningService
from tests.support.tokens import token

SOON = 4
"""Seconds a token lives here: long enough to authenticate with, on a busy machine too."""


async def test_the_expiry_of_a_token_is_told_with_the_transaction_of_its_auth(
    service: RunningService,
) -> None:
    async with js_client(service.url) as javascript, py_client(service.url) as python:
        for client in (javascript, python):
            await client.auth(token("bob", ttl=3600), transaction="an earlier one")
            await client.auth(token("bob", ttl=SOON), transaction="the latest")
        for client in (javascript, python):
            text = await client.event("socket-api-error-the latest")
            error = {"event": "auth", "message": text, "code": "token_expired"}
            assert client.events("socket-api-error") == [error]
            assert client.events("socket-api-error-an earlier one") == []


async def test_an_expiry_without_a_transaction_is_told_once(service: RunningService) -> None:
    auth = {"token": token("bob", ("once",), ttl=SOON)}
    async with py_client(service.url, auth=auth) as client:
        error = await client.event("socket-api-error")
        assert error["code"] == "token_expired"
        await client.auth(token("bob", ("once",)))
        names = [heard.name for heard in client.heard if heard.kind == "event"]
        assert names == ["auth-success", "socket-api-error", "auth-success"]


async def test_nothing_is_heard_after_the_expiry_and_nothing_is_lost_by_it(
    service: RunningService,
) -> None:
    w = "expiry"
    lasting = token("bob", (w,))
    async with (
        js_client(service.url) as javascript,
        py_client(service.url) as python,
        py_client(service.url, auth={"token": lasting}) as witness,
    ):
        clients = (javascript, python)
        await witness.event("auth-success")
        for client in clients:
            await client.auth(token("bob", (w,), ttl=SOON))
        for client in clients:
            await client.event("socket-api-error")
        missed = await create_channel(service.url, w, "while nobody")
        assert await witness.event("channel-created") == missed
        for client in clients:
            refused = await client.call("create-channel", {"workspaceId": w, "name": "no"})
            assert refused["error"]["code"] == "not_authenticated"
            assert client.events("channel-created") == []
            assert (await client.auth(lasting))["recovered"]
        later = await create_channel(service.url, w, "later")
        for client in clients:
            await client.event("channel-created", 2)
            assert client.events("channel-created") == [missed, later]
            assert [heard.kind for heard in client.heard if heard.kind == "disconnect"] == []


async def test_a_fresh_token_in_time_outlives_the_first(service: RunningService) -> None:
    async with py_client(service.url) as client, py_client(service.url) as witness:
        await client.auth(token("bob", ("outlives",), ttl=SOON))
        await client.auth(token("bob", ("outlives",)))
        # A token that expires after the first one would have.
        await witness.auth(token("carol", ("outlives",), ttl=SOON))
        await witness.event("socket-api-error")
        channel = await create_channel(service.url, "outlives", "heard")
        assert await client.event("channel-created") == channel
        assert client.events("socket-api-error") == []
