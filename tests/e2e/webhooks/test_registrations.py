"""The registrations of webhooks over HTTP: what an operator may register, and what is said of
it."""

import base64
from typing import Any
from uuid import uuid4

import pytest
from jsonschema import Draft202012Validator

from persistence.webhooks.webhook_table import MAX_WEBHOOKS
from tests.e2e.webhooks.conftest import Sending
from tests.support.http import User, check_problem, created
from tests.support.postgres import ask
from tests.support.registering import NOBODY_THERE, Registrar, added, told
from transport.documents.openapi import openapi

DOCUMENT = openapi()


def check_shape(shown: Any) -> None:
    """It is as the document says."""
    schema = {**DOCUMENT, "$ref": "#/components/schemas/WebhookAnswer"}
    Draft202012Validator(schema).validate(shown)


def channel_in(sending: Sending) -> Any:
    """A channel that somebody has created just now."""
    return created(User(sending.http, f"workspace-{uuid4()}").create("welcome"))


def test_a_webhook_has_a_secret_that_is_shown_once(registrar: Registrar, sending: Sending) -> None:
    position = channel_in(sending)["position"]
    response = registrar.add(
        workspaces=["a", "b", "a"], types=["channel.created"], description="for search"
    )
    webhook = added(response)
    check_shape(webhook)
    assert response.headers["Location"] == f"/webhooks/{webhook['id']}"
    secret = webhook.pop("secret")
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"), validate=True)) == 32
    assert (webhook["url"], webhook["state"]) == (NOBODY_THERE, "active")
    assert (webhook["workspaces"], webhook["types"]) == (["a", "b"], ["channel.created"])
    assert webhook["position"] >= position, "it is told what happens from now on"
    assert webhook["attempts"] == 0
    later = told(registrar.get(webhook["id"]))
    check_shape(later)
    listed = told(registrar.list())
    assert later.keys() == listed["webhooks"][0].keys() == webhook.keys()
    assert secret not in registrar.list().text + registrar.get(webhook["id"]).text
    assert f"webhook {webhook['id']}: registered by olga" in sending.service.output
    assert secret not in sending.service.output
    assert NOBODY_THERE not in sending.service.output, "a URL may hold a secret of its own"


REFUSED_URLS = {
    "a private address": "https://10.0.0.1/hooks",
    "the metadata of a cloud": "https://169.254.169.254/latest",
    "loopback of another version": "https://[::1]/hooks",
    "a private address in other words": "https://[::ffff:a00:1]/hooks",
    "http in the public internet": "http://8.8.8.8/hooks",
    "no http": "ftp://127.0.0.1/hooks",
    "no host": "https:///hooks",
    "no URL": "hooks",
    "a user": "https://olga:pwd@127.0.0.1/hooks",
    "a fragment": "https://127.0.0.1/hooks#here",
    "a port that is none": "https://127.0.0.1:99999/hooks",
    "too long": f"https://127.0.0.1/{'x' * 2_000}",
}


@pytest.mark.parametrize("url", REFUSED_URLS.values(), ids=REFUSED_URLS)
def test_a_url_that_nothing_is_sent_to_is_refused_and_not_quoted(
    registrar: Registrar, url: str
) -> None:
    known = added(registrar.add())
    for refused in (registrar.add(url), registrar.change(known["id"], url=url)):
        assert "hooks" not in check_problem(refused, 422, "invalid")
    assert [each["url"] for each in told(registrar.list())["webhooks"]] == [NOBODY_THERE]


def test_a_network_of_the_settings_may_be_sent_to_without_tls(registrar: Registrar) -> None:
    added(registrar.add("http://127.0.0.1:9/hooks?token=x"))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"url": 7}, "Expected `string`, got `integer` - at `$.url`"),
        ({"more": 1}, "unknown field `more`"),
        ({"secret": "whsec_AAAA"}, "unknown field `secret`"),
        ({"workspaces": []}, "workspaces must be 1 to 1,000, or null"),
        ({"workspaces": ["\u0007"]}, "each of workspaces must be"),
        ({"workspaces": [str(each) for each in range(1_001)]}, "workspaces must be 1 to 1,000"),
        ({"types": []}, "types must be some of channel.created, "),
        ({"types": ["channel-name.reserved"]}, "types must be some of"),
        ({"description": "x" * 2_001}, "description must be at most"),
        ({"after": -1}, "after"),
        ({"after": "first"}, "after must be a position, or the id of an event"),
        ({"after": 2**63}, "after"),
    ],
)
def test_what_is_not_a_registration_is_refused_and_so_is_such_a_change(
    registrar: Registrar, fields: dict[str, Any], words: str
) -> None:
    known = added(registrar.add())
    assert words in check_problem(registrar.add(**fields), 422, "invalid")
    assert words in check_problem(registrar.change(known["id"], **fields), 422, "invalid")
    known.pop("secret")
    assert told(registrar.get(known["id"])).keys() == known.keys()
    assert len(told(registrar.list())["webhooks"]) == 1


def test_a_body_must_be_json(registrar: Registrar) -> None:
    check_problem(registrar.send("POST", "", content=b"{}"), 415, "unsupported_media_type")
    headers = {"Content-Type": "application/json"}
    check_problem(registrar.send("POST", "", content=b"{", headers=headers), 400, "malformed")
    check_problem(registrar.send("POST", "", content=b"{}", headers=headers), 422, "invalid")


def test_a_webhook_begins_behind_any_position_of_this_log(
    registrar: Registrar, sending: Sending
) -> None:
    created_at = channel_in(sending)["position"]
    head = told(registrar.list())["position"]
    assert head >= created_at
    paused = {"state": "paused"}
    for after, position in ((0, 0), ("1", 1), (head, head)):
        webhook = added(registrar.add("https://127.0.0.1:9", after=after))
        assert webhook["position"] >= position
        told(registrar.change(webhook["id"], **paused))
        moved = told(registrar.change(webhook["id"], after=after))
        assert (moved["position"], moved["lag"]) == (position, head - position)
        of_this_log = f"{moved['log']}:{position}"
        assert told(registrar.change(webhook["id"], after=of_this_log))["position"] == position
    for gone in (head + 1, f"{uuid4()}:1"):
        for refused in (registrar.add(after=gone), registrar.change(webhook["id"], after=gone)):
            assert "none of this log" in check_problem(refused, 410, "position_gone")


def test_a_change_changes_what_it_names_and_nothing_else(registrar: Registrar) -> None:
    webhook = added(registrar.add(workspaces=["a"], description="first"))
    webhook_id, secret = webhook["id"], webhook.pop("secret")
    paused = told(registrar.change(webhook_id, state="paused"))
    check_shape(paused)
    assert paused["state"] == "paused"
    assert (paused["workspaces"], paused["description"]) == (["a"], "first")
    changed = told(
        registrar.change(
            webhook_id,
            url="https://127.0.0.1:9/other",
            workspaces=None,
            types=["channel.deleted"],
            description=None,
        )
    )
    assert changed == {
        **paused,
        "url": "https://127.0.0.1:9/other",
        "workspaces": None,
        "types": ["channel.deleted"],
        "description": None,
    }
    assert told(registrar.change(webhook_id)) == changed
    rolled = told(registrar.change(webhook_id, newSecret=True))
    check_shape(rolled)
    assert rolled.pop("secret") not in (secret, None)
    assert rolled.pop("previousSecretUntil") is not None
    assert told(registrar.get(webhook_id)).keys() == webhook.keys()
    assert told(registrar.change(webhook_id, state="active"))["state"] == "active"
    check_problem(registrar.change(webhook_id, state="failing"), 422, "invalid")


async def test_a_webhook_that_the_service_has_paused_goes_on_when_it_is_resumed(
    registrar: Registrar, sending: Sending
) -> None:
    webhook_id = added(registrar.add())["id"]
    await ask(
        sending.database_url,
        "UPDATE webhooks SET state = 'failing', attempts = 9, failing_since = now(),"
        " last_error = 'no answer'",
    )
    failing = told(registrar.get(webhook_id))
    check_shape(failing)
    assert (failing["state"], failing["lastError"]) == ("failing", "no answer")
    assert told(registrar.change(webhook_id, state="active"))["state"] == "active"


def test_a_webhook_that_is_not_there(registrar: Registrar) -> None:
    removed = added(registrar.add())["id"]
    assert (registrar.remove(removed).status_code, registrar.list().json()["webhooks"]) == (204, [])
    for unknown in (removed, str(uuid4()), "first"):
        for refused in (
            registrar.get(unknown),
            registrar.change(unknown, state="paused"),
            registrar.remove(unknown),
        ):
            check_problem(refused, 404, "not_found")


async def test_there_are_no_more_than_there_may_be(registrar: Registrar, sending: Sending) -> None:
    added(registrar.add())
    await ask(
        sending.database_url,
        "INSERT INTO webhooks (id, url, state, log, position, secret)"
        " SELECT gen_random_uuid(), url, 'paused', log, position, 'whsec_'"
        f" FROM webhooks, generate_series(2, {MAX_WEBHOOKS})",
    )
    check_problem(registrar.add(), 409, "too_many_webhooks")
    assert len(told(registrar.list())["webhooks"]) == MAX_WEBHOOKS
