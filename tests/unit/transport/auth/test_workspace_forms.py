"""The workspaces of a token, in all forms in which identity providers say them."""

import logging
from typing import Any

import pytest

from domain.actor import Role
from tests.support.tokens import SECRET, refused_token, token
from transport.auth.claim_place import ClaimPlace
from transport.auth.claims import ClaimRules
from transport.auth.keys import secret_key
from transport.auth.tokens import TokenVerifier
from transport.auth.workspace_roles import RoleNames, WorkspaceClaim

ADMIN, MODERATOR, USER, GUEST = Role.ADMIN, Role.MODERATOR, Role.USER, Role.GUEST

NAMES = {"owner": ADMIN, "org:member": USER, "user": GUEST}
ZITADEL = "urn:zitadel:iam:org:project:roles"
URL = "https://app.example/workspaces"


def verifier(place: str = "workspaces", user: str = "sub") -> TokenVerifier:
    workspaces = WorkspaceClaim(ClaimPlace.parse(place), RoleNames(NAMES))
    return TokenVerifier(
        [secret_key(SECRET)], ClaimRules(user=ClaimPlace.parse(user), workspaces=workspaces)
    )


FORMS: dict[str, tuple[Any, dict[str, Role]]] = {
    "no ids": ([], {}),
    "ids": (["acme", "demo"], {"acme": USER, "demo": USER}),
    "a role of ours": ({"acme": "moderator"}, {"acme": MODERATOR}),
    "a role that is mapped": ({"acme": "owner"}, {"acme": ADMIN}),
    "a role of ours that is mapped to another": ({"acme": "user"}, {"acme": GUEST}),
    "an unknown role": ({"acme": "ADMIN"}, {"acme": GUEST}),
    "several roles": ({"acme": ["viewer", "moderator", "guest"]}, {"acme": MODERATOR}),
    "objects": (
        [
            {"id": "a", "role": "owner", "name": "A"},
            {"id": "b", "roles": ["guest", "admin"]},
            {"id": "c"},
            {"id": "d", "role": ["org:member"]},
        ],
        {"a": ADMIN, "b": ADMIN, "c": USER, "d": USER},
    ),
    "an id twice": (["acme", {"id": "acme", "role": "admin"}, "acme"], {"acme": ADMIN}),
    "groups": (
        ["/acme/owner", "/demo/moderator/emea", "/acme/viewer", "/last/viewer"],
        {"acme": ADMIN, "demo": MODERATOR, "last": GUEST},
    ),
    "organizations": (
        {
            "a": {},
            "b": {"id": "42c3e46f-2477-44d7-a85b-d3b43f6b31fa", "tier": ["gold"]},
            "c": {"roles": ["owner", "viewer"]},
            "d": {"groups": ["/owner/emea", "/marketing"]},
            "e": {"roles": ["guest"], "groups": []},
        },
        {"a": USER, "b": USER, "c": ADMIN, "d": ADMIN, "e": GUEST},
    ),
}


@pytest.mark.parametrize(("value", "roles"), FORMS.values(), ids=FORMS)
async def test_workspaces_are_read_in_any_of_the_forms(value: Any, roles: dict[str, Role]) -> None:
    for place, claims in (
        ("workspaces", {"workspaces": value}),
        (URL, {"workspaces": [], URL: value}),
        ("/app_metadata/https:~1~1app.example~1w/1", {"app_metadata": {URL[:-9]: [0, value]}}),
    ):
        access = await verifier(place).verify(token(**claims))
        assert access.actor.roles == roles


async def test_roles_of_zitadel_hold_the_organizations() -> None:
    claim: Any = {
        "owner": {"312": "acme.example", "313": "demo.example"},
        "viewer": {"312": "acme.example", "314": "last.example"},
    }
    access = await verifier(ZITADEL).verify(token(**{ZITADEL: claim}))
    assert access.actor.roles == {"312": ADMIN, "313": ADMIN, "314": GUEST}


async def test_a_text_is_one_workspace_where_the_claim_is_chosen() -> None:
    assert (await verifier("org_id").verify(token(org_id="acme"))).actor.roles == {"acme": USER}
    refusal = await refused_token(verifier(), token(workspaces="acme"))
    assert "the claim 'workspaces' must be a list of ids or an object" in refusal.message


@pytest.mark.parametrize("place", ["absent", "/absent", "/aud/0", "/aud/x", "/sub/deeper", "/"])
async def test_a_claim_that_is_not_there_means_no_workspaces(place: str) -> None:
    assert (await verifier(place).verify(token(aud=[]))).actor.roles == {}


NOT_FORMS: dict[str, Any] = {
    "null": None,
    "a number": 7,
    "true": True,
    "a numeric id": [7],
    "a list in a list": [["acme"]],
    "an object without an id": [{"name": "acme"}],
    "an object with a numeric id": [{"id": 7, "role": "admin"}],
    "an object with a null role": [{"id": "acme", "role": None}],
    "an object with an object for roles": [{"id": "acme", "roles": {}}],
    "an object with no role in its list": [{"id": "acme", "roles": []}],
    "an empty id": [""],
    "the root of all groups": ["/"],
    "a group without a workspace": ["//admins"],
    "an empty role": {"acme": ""},
    "a numeric role": {"acme": 7},
    "a numeric role in a list": {"acme": ["admin", 7]},
    "a list in a list of roles": {"acme": [["admin"]]},
    "an organization with a text for groups": {"acme": {"groups": "/admins"}},
    "an organization with a number for roles": {"acme": {"roles": 7}},
}


@pytest.mark.parametrize("value", NOT_FORMS.values(), ids=NOT_FORMS)
@pytest.mark.parametrize("place", ["workspaces", "/deep/workspaces"])
async def test_what_has_no_form_is_refused_by_the_name_of_its_claim(value: Any, place: str) -> None:
    refusal = await refused_token(
        verifier(place), token(workspaces=value, deep={"workspaces": value})
    )
    assert refusal.code == "token_invalid"
    assert f"the claim {place!r}" in refusal.message


@pytest.mark.parametrize("value", [{"admin": ["312"]}, {"admin": "312"}, {"admin": None}])
async def test_roles_of_zitadel_in_another_form_are_refused(value: Any) -> None:
    refusal = await refused_token(verifier(ZITADEL), token(**{ZITADEL: value}))
    assert f"the claim {ZITADEL!r} must be an object of role to organizations" in refusal.message


@pytest.mark.parametrize(
    ("place", "user"),
    [("oid", {"oid": "42"}), ("/ext/user", {"ext": {"user": "42"}}), (URL, {URL: "42"})],
)
async def test_the_user_may_be_another_claim(place: str, user: dict[str, Any]) -> None:
    access = await verifier(user=place).verify(token(**user))
    assert access.actor.user_id == "42"
    for bad in ({}, dict.fromkeys(user, 42), dict.fromkeys(user, ""), dict.fromkeys(user)):
        refusal = await refused_token(verifier(user=place), token(**bad))
        assert f"the claim {place!r}" in refusal.message


async def test_an_unknown_role_is_logged_once_and_not_by_its_name(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "transport")
    reader = verifier()
    for name in ("secret", "secret", "canary"):
        await reader.verify(token(workspaces={"acme": name}))
    (record,) = caplog.records
    assert "KANAL_JWT_ROLES" in record.getMessage()
    assert "secret" not in record.getMessage()


@pytest.mark.parametrize("text", ["/a~b", "/~", "/a/~2"])
def test_a_pointer_with_another_escape_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="JSON Pointer"):
        ClaimPlace.parse(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [("/a~1b", 1), ("/m~0n", 8), ("/", 0), ("/list/0", "x"), ("/ ", 7), ("a/b", 1), ("~2", 9)],
)
def test_a_pointer_leads_where_rfc_6901_says_and_a_name_stands_for_itself(
    text: str, found: Any
) -> None:
    claims = {"a/b": 1, "m~n": 8, "": 0, "list": ["x"], " ": 7, "~2": 9}
    assert ClaimPlace.parse(text).find(claims) == found
