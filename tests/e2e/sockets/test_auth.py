"""`auth`: who a socket speaks for, from its answer on, and what a refused one is told."""

from typing import Any
from uuid import UUID

import jwt
import pytest

from tests.support.channels import create_channel
from tests.support.clients import STOCK_CLIENTS, Client, js_client, py_client
from tests.support.keys import NEVER
from tests.support.service import RunningService
from tests.support.tokens import SECRET, token

BAD_TOKENS = {
    "missing": None,
    "empty": "",
    "not a JWT": "what?",
    "a lone surrogate": "\ud800",
    "longer than any": "a" * 20_000,
    "signed by another": token(secret="another secret, thirty-two bytes or more"),
    "not signed": jwt.encode({"sub": "alice", "exp": NEVER}, "", algorithm="none"),
    "another algorithm": jwt.encode({"sub": "alice", "exp": NEVER}, SECRET * 2, algorithm="HS512"),
    "expired": token(ttl=-1),
    "without exp": jwt.encode({"sub": "alice"}, SECRET, algorithm="HS256"),
    "without sub": jwt.encode({"exp": NEVER}, SECRET, algorithm="HS256"),
    "with a numeric sub": jwt.encode({"sub": 7, "exp": NEVER}, SECRET, algorithm="HS256"),
    "with an empty sub": token(user=""),
    "with a role that is none": token(workspaces={"demo": None}),
    "not a string": 7,
}
CODES = {"missing": "token_missing", "empty": "token_missing", "expired": "token_expired",
         "not a string": "invalid"}  # fmt: skip


def check_success(success: Any, *, user: str, transaction: str | None = None) -> None:
    """`auth-success` is exactly what it may be for one who has claimed nothing."""
    expected = {"userId": user, "position": success["position"], "log": success["log"]}
    expected["recovered"] = False
    if transaction is not None:
        expected["transaction"] = transaction
    assert success == expected
    assert isinstance(success["position"], int)
    assert UUID(success["log"])


@pytest.mark.parametrize("language", STOCK_CLIENTS)
@pytest.mark.parametrize("field", ["data", "token"])
async def test_a_socket_authenticates_with_data_or_token(
    service: RunningService, language: str, field: str
) -> None:
    async with STOCK_CLIENTS[language](service.url) as client:
        await client.emit("auth", {field: token("bob")})
        check_success(await client.event("auth-success"), user="bob")


async def test_data_is_read_before_token(service: RunningService) -> None:
    async with py_client(service.url) as client:
        await client.emit("auth", {"data": token("bob"), "token": token("carol")})
        check_success(await client.event("auth-success"), user="bob")


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_auth_success_repeats_the_transaction(service: RunningService, language: str) -> None:
    async with STOCK_CLIENTS[language](service.url) as client:
        await client.emit("auth", {"data": token("bob"), "transaction": "x" * 128})
        check_success(await client.event("auth-success"), user="bob", transaction="x" * 128)


@pytest.mark.parametrize("language", STOCK_CLIENTS)
@pytest.mark.parametrize("field", ["data", "token"])
async def test_a_token_in_the_handshake_is_the_same_as_auth(
    service: RunningService, language: str, field: str
) -> None:
    auth = {field: token("bob"), "transaction": "t", "another": ["field"]}
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        check_success(await client.event("auth-success"), user="bob", transaction="t")
        kinds = [heard.kind for heard in client.heard if heard.kind in ("connect", "event")]
        assert kinds == ["connect", "event"]


async def test_all_sockets_are_told_of_the_same_log(service: RunningService) -> None:
    async with py_client(service.url) as one, py_client(service.url) as other:
        assert (await one.auth(token()))["log"] == (await other.auth(token()))["log"]


async def test_the_position_is_where_the_events_of_the_socket_begin(
    service: RunningService,
) -> None:
    one = token("bob", ("begin",))
    async with py_client(service.url) as early, py_client(service.url) as late:
        before = (await early.auth(one))["position"]
        first = await create_channel(service.url, "begin", "first")
        await early.event("channel-created")
        between = (await late.auth(one))["position"]
        second = await create_channel(service.url, "begin", "second")
        assert before < first["position"] <= between < second["position"]
        assert await late.event("channel-created") == second


async def check_refused(client: Client, event: str, transaction: str, code: str) -> None:
    """The pair of errors came: the object, then the plain text."""
    text = await client.event(f"socket-api-error-{transaction}")
    assert isinstance(text, str)
    errors = client.events("socket-api-error")
    assert errors[-1] == {"event": event, "message": text, "code": code}


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_a_bad_token_is_told_by_both_errors_and_the_acknowledgement(
    service: RunningService, language: str
) -> None:
    async with STOCK_CLIENTS[language](service.url) as client:
        for number, (kind, bad) in enumerate(BAD_TOKENS.items()):
            code = CODES.get(kind, "token_invalid")
            answer = await client.call("auth", {"data": bad, "transaction": f"t{number}"})
            await check_refused(client, "auth", f"t{number}", code)
            message = client.events(f"socket-api-error-t{number}")[0]
            assert answer == {"error": {"code": code, "message": message}}, kind
            assert not isinstance(bad, str) or not bad or bad not in message
        assert client.events("auth-success") == []
        await client.auth(token("bob"))


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_a_bad_token_in_the_handshake_is_told_and_the_socket_may_still_authenticate(
    service: RunningService, language: str
) -> None:
    auth = {"token": "what?", "transaction": "t"}
    async with STOCK_CLIENTS[language](service.url, auth=auth) as client:
        await check_refused(client, "auth", "t", "token_invalid")
        assert client.events("auth-success") == []
        check_success(await client.auth(token("bob")), user="bob")


async def test_no_token_reaches_the_log(service: RunningService) -> None:
    good, bad = token("bob"), token("bob", secret="another secret, thirty-two bytes or more")
    async with py_client(service.url, auth={"token": bad}) as client:
        await client.auth(good)
    for secret in (good, bad, SECRET):
        assert secret not in service.output


@pytest.mark.parametrize("language", STOCK_CLIENTS)
async def test_authenticating_as_another_replaces_what_is_heard_at_once(
    service: RunningService, language: str
) -> None:
    old, new = f"old-{language}", f"new-{language}"
    async with STOCK_CLIENTS[language](service.url) as client:
        await client.auth(token("bob", (old,)))
        heard = [await create_channel(service.url, old, "first")]
        await client.event("channel-created")
        check_success(await client.auth(token("carol", (new,))), user="carol")
        await create_channel(service.url, old, "not heard any more")
        await create_channel(service.url, new, "not carol's", isPrivate=True)
        heard.append(await create_channel(service.url, new, "carol's", user="carol"))
        await client.event("channel-created", 2)
        assert client.events("channel-created") == heard


async def test_a_fresh_token_of_the_same_user_repeats_nothing(service: RunningService) -> None:
    async with py_client(service.url) as client:
        heard = []
        for name in ("first", "second", "third"):
            await client.auth(token("bob", ("fresh",)))
            heard.append(await create_channel(service.url, "fresh", name))
            await client.event("channel-created", len(heard))
        assert client.events("channel-created") == heard


async def test_a_refused_auth_keeps_the_one_before(service: RunningService) -> None:
    async with js_client(service.url) as client:
        await client.auth(token("bob", ("kept",)))
        await client.emit("auth", {"data": token("carol", ("other",), ttl=-1)})
        await client.event("socket-api-error")
        await create_channel(service.url, "other", "not heard")
        kept = await create_channel(service.url, "kept", "heard", user="bob", isPrivate=True)
        assert await client.event("channel-created") == kept
        answer = await client.call("create-channel", {"workspaceId": "kept", "name": "still bob"})
        assert answer["channel"]["creatorId"] == "bob"
