"""The table of commands: each row is served, is in both documents, and is a route of HTTP."""

from dataclasses import replace
from typing import Any, cast
from uuid import uuid4

import msgspec
import pytest
from jsonschema import Draft202012Validator
from sanic import Sanic

from domain.access import AccessCommands
from domain.actor import OPERATE
from domain.commands import ChannelCommands
from domain.errors import Invalid
from domain.queries import ChannelRef
from tests.support.creation import ALICE, asked_by
from tests.support.log_state import channel_in
from tests.support.memory_log import MemoryLog
from transport.command import Commands
from transport.commands import COMMANDS
from transport.documents.asyncapi import asyncapi
from transport.documents.openapi import openapi
from transport.errors import CODES, Malformed
from transport.http.channels import create_channel_routes
from transport.http.members import create_member_routes
from transport.http.revocations import create_revocation_routes
from transport.schemas.commands import UpdateChannelEvent
from transport.schemas.decoding import convert_data

BY_ALICE = asked_by(replace(ALICE, scopes=frozenset({OPERATE})))

EXAMPLES: dict[str, dict[str, Any]] = {
    "create-channel": {"name": " Team ", "isPrivate": True, "idempotencyKey": "k"},
    "update-channel": {"version": 3, "description": None, "isPrivate": False},
    "delete-channel": {"version": 3},
    "add-channel-member": {"userId": "zoe", "role": "admin"},
    "remove-channel-member": {"userId": "bob"},
    "revoke-access": {"userId": "bob"},
}
"""What an event says beside the channel, which is the `ref` of the fixtures: private, of alice's,
with mona and bob."""


@pytest.fixture
def asked(log: MemoryLog, commands: ChannelCommands) -> Commands:
    """All commands, over the log of the fixtures."""
    return Commands(commands, AccessCommands(log))


every_command = pytest.mark.parametrize("event", COMMANDS)


def data_of(event: str, ref: ChannelRef) -> dict[str, Any]:
    is_of_channel = event not in ("create-channel", "revoke-access")
    about = {"channelId": str(ref.channel_id)} if is_of_channel else {}
    return {"workspaceId": "demo", "transaction": "t-1", **about, **EXAMPLES[event]}


def test_there_is_an_example_of_each() -> None:
    assert EXAMPLES.keys() == COMMANDS.keys()


def schema(document: Any, kind: type) -> Any:
    """The schema of a struct, with what it refers to."""
    reference = {"$ref": f"#/components/schemas/{kind.__name__}"}
    return Draft202012Validator({**document, **reference})


@every_command
async def test_an_example_is_as_its_schema_says_and_so_is_what_acknowledges_it(
    event: str, asked: Commands, ref: ChannelRef
) -> None:
    command, document, data = COMMANDS[event], asyncapi(), data_of(event, ref)
    schema(document, command.data).validate(data)
    answer = await command.serve(asked, BY_ALICE, data)
    assert type(answer) is command.acknowledgement
    schema(document, command.acknowledgement).validate(msgspec.to_builtins(answer))


@every_command
def test_the_documents_name_each_with_its_shapes(event: str) -> None:
    command, route, socket_api = COMMANDS[event], COMMANDS[event].route, asyncapi()
    message = socket_api["channels"]["default"]["messages"][event]
    assert message["payload"]["$ref"].endswith(f"/{command.data.__name__}")
    assert message["x-ack"]["$ref"].endswith(f"/{command.acknowledgement.__name__}")
    assert socket_api["operations"][f"receive-{event}"]["action"] == "receive"
    operation = openapi()["paths"][route.path][route.method]
    assert operation["operationId"] == route.operation_id
    for status in route.answered:
        content = operation["responses"][str(status)]["content"]["application/json"]
        assert content["schema"]["$ref"].endswith(f"/{route.answer.__name__}")


def test_the_routes_of_the_table_are_those_that_change_something_over_http() -> None:
    app: Sanic[Any, Any] = Sanic(f"test-{uuid4().hex}")
    nothing = cast(Any, None)
    app.blueprint(create_channel_routes(nothing, nothing, nothing, nothing, nothing, nothing))
    app.blueprint(create_member_routes(nothing, nothing, nothing, nothing))
    app.blueprint(create_revocation_routes(nothing, nothing))
    names = {"workspaceId": "workspace_id", "channelId": "channel_id", "userId": "user_id"}

    def routed(path: str) -> str:
        for name, ours in names.items():
            path = path.replace(f"{{{name}}}", f"<{ours}:str>")
        return path.lstrip("/")

    served = {
        (method.lower(), route.path)
        for route in app.router.routes
        for method in route.methods
        if method not in ("GET", "HEAD")
    }
    routes = [command.route for command in COMMANDS.values()]
    assert served == {(route.method, routed(route.path)) for route in routes}


async def test_an_update_sets_the_fields_that_it_names_and_no_others(
    asked: Commands, log: MemoryLog, ref: ChannelRef
) -> None:
    update = COMMANDS["update-channel"]
    await update.serve(asked, BY_ALICE, data_of("update-channel", ref))
    data = data_of("update-channel", ref)
    assert convert_data(data, UpdateChannelEvent).fields() == {
        "description": None,
        "is_private": False,
    }
    channel = channel_in(log.events, ref.channel_id)
    assert (channel.name, channel.description, channel.is_private) == ("general", None, False)


@every_command
@pytest.mark.parametrize(
    ("changed", "refusal", "words"),
    [
        ({"more": 1}, Invalid, "Object contains unknown field `more`"),
        (
            {"transaction": 7},
            Invalid,
            "Expected `string | null`, got `integer` - at `$.transaction`",
        ),
        ({"transaction": "\ud800"}, Invalid, "transaction must not contain a lone surrogate"),
        ({"\ud800": 1}, Malformed, "the event's data has a lone surrogate in a field's name"),
        (None, Malformed, "the event's data must be an object"),
    ],
)
async def test_data_that_is_not_the_commands_is_refused_and_nothing_is_recorded(
    event: str,
    changed: dict[str, Any] | None,
    refusal: type[Invalid | Malformed],
    words: str,
    asked: Commands,
    log: MemoryLog,
    ref: ChannelRef,
) -> None:
    before = len(log.events)
    data = None if changed is None else {**data_of(event, ref), **changed}
    with pytest.raises(refusal) as refused:
        await COMMANDS[event].serve(asked, BY_ALICE, data)
    assert str(refused.value) == words
    assert len(log.events) == before


CONFLICTS: dict[str, set[str]] = {
    "create-channel": {"conflict", "name_taken", "too_many_channels"},
    "update-channel": {"conflict", "name_taken"},
    "delete-channel": {"conflict"},
    "add-channel-member": {"conflict", "not_private", "last_admin"},
    "remove-channel-member": {"conflict", "not_private", "last_admin"},
    "revoke-access": set(),
}


@every_command
def test_the_document_names_the_codes_of_a_command_and_not_those_of_others(event: str) -> None:
    route = COMMANDS[event].route
    responses = openapi()["paths"][route.path][route.method]["responses"]
    refused = {
        code
        for response in responses.values()
        for content in [response["content"].get("application/problem+json")]
        if content is not None
        for code in content["schema"]["properties"]["code"]["enum"]
    }
    assert refused & set(CODES[409]) == CONFLICTS[event]
    assert ("idempotency_key_reused" in refused) == (event == "create-channel")
    assert refused.isdisjoint({"not_authenticated", "origin_not_allowed", "unknown_event"})
    assert refused >= {"token_missing", "token_expired", "forbidden", "rate_limited", "unavailable"}
