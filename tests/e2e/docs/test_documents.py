"""The API documents: valid and complete. As a page they are in `test_reference.py`."""

from typing import Any

import httpx
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.support.clients import PATIENCE
from tests.support.service import RunningService


def document(service: RunningService, path: str) -> Any:
    response = httpx.get(f"{service.url}{path}", timeout=PATIENCE)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    return response.json()


def test_the_openapi_document_is_valid_3_1(service: RunningService) -> None:
    openapi = document(service, "/openapi.json")
    assert openapi["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(openapi).validate()


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if "$ref" in value else []
        return own + [found for child in value.values() for found in references(child)]
    if isinstance(value, list):
        return [found for child in value for found in references(child)]
    return []


def test_the_asyncapi_document_names_every_event_and_its_references_lead_somewhere(
    service: RunningService,
) -> None:
    asyncapi = document(service, "/asyncapi.json")
    assert asyncapi["asyncapi"] == "3.0.0"
    names = {message["name"] for message in asyncapi["channels"]["default"]["messages"].values()}
    assert names == {
        "auth", "await-position", "create-channel", "update-channel", "delete-channel",
        "add-channel-member", "remove-channel-member", "revoke-access", "auth-success",
        "channel-created", "channel-updated", "channel-deleted", "channel-member-added",
        "channel-member-removed", "socket-api-error", "socket-api-error-${transaction}",
    }  # fmt: skip
    streamed = {message["name"] for message in asyncapi["channels"]["feed"]["messages"].values()}
    assert streamed == {
        "channel.created", "channel.updated", "channel.deleted", "channel.member-added",
        "channel.member-removed", "end",
    }  # fmt: skip
    posted = {message["name"] for message in asyncapi["channels"]["webhooks"]["messages"].values()}
    assert posted == streamed - {"end"} | {"log.rewound"}
    for reference in references(asyncapi):
        found = asyncapi
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
    for schema in asyncapi["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    received = {
        operation["messages"][0]["$ref"].rpartition("/")[2]
        for operation in asyncapi["operations"].values()
        if operation["action"] == "receive"
    }
    assert received == {
        "auth", "await-position", "create-channel", "update-channel", "delete-channel",
        "add-channel-member", "remove-channel-member", "revoke-access",
    }  # fmt: skip


def test_both_documents_describe_a_channel_in_the_same_words(service: RunningService) -> None:
    schemas = [
        document(service, path)["components"]["schemas"]["ChannelModel"]
        for path in ("/openapi.json", "/asyncapi.json")
    ]
    assert schemas[0] == schemas[1]
