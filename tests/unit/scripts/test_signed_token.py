"""What `kanal token` signs is what the service with the same settings reads, or it says why not."""

import jwt
import pytest

from domain.actor import Role
from domain.errors import Invalid
from scripts.service.environment import load_settings
from scripts.service.settings import SettingsError
from scripts.service.signed_token import sign_token
from scripts.service.token_verifier import create_verifier
from tests.support.tokens import SECRET
from tests.unit.scripts.test_access_table import ROWS, Row

ROLES = {"acme": Role.ADMIN, "demo": Role.GUEST}


@pytest.mark.parametrize("row", ROWS, ids=[row.provider for row in ROWS])
async def test_with_the_settings_for_a_provider_it_is_accepted(row: Row) -> None:
    settings = load_settings({**row.settings, "KANAL_JWT_SECRET": SECRET})
    signed = sign_token(settings, "olga", ROLES, 60, ["kanal:operate"])
    actor = (await create_verifier(settings).verify(signed)).actor
    assert (actor.user_id, actor.roles) == ("olga", ROLES)
    assert actor.scopes == {"kanal:operate"}


def test_the_claims_are_where_the_settings_have_them() -> None:
    settings = load_settings(
        {
            "KANAL_JWT_SECRET": SECRET,
            "KANAL_JWT_ISSUER": "https://id.example,https://other.example",
            "KANAL_JWT_AUDIENCE": "kanal,account",
            "KANAL_JWT_USER_CLAIM": "/app/user~1id",
            "KANAL_JWT_WORKSPACES_CLAIM": "/app/0/workspaces",
            "KANAL_JWT_ROLES": "owner=admin,admin=user",
        }
    )
    claims = jwt.decode(
        sign_token(settings, "olga", ROLES, 60), options={"verify_signature": False}
    )
    del claims["iat"], claims["exp"]
    assert claims == {
        "iss": "https://id.example",
        "aud": "kanal",
        "app": {"user/id": "olga", "0": {"workspaces": {"acme": "owner", "demo": "guest"}}},
    }


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("USER_CLAIM", "exp", "another claim is at 'exp'"),
        ("USER_CLAIM", "/aud/user", "another claim is in the way to '/aud/user'"),
        ("WORKSPACES_CLAIM", "sub", "another claim is at 'sub'"),
        ("WORKSPACES_CLAIM", "/sub/workspaces", "another claim is in the way to"),
        ("ROLES", "admin=user", "no name means the role 'admin'"),
    ],
)
def test_where_none_can_be_made_it_says_which_setting_is_why(
    name: str, value: str, why: str
) -> None:
    settings = load_settings(
        {
            "KANAL_JWT_SECRET": SECRET,
            "KANAL_JWT_AUDIENCE": "kanal",
            f"KANAL_JWT_{name}": value,
        }
    )
    with pytest.raises(SettingsError, match=f"^KANAL_JWT_{name}: {why}"):
        sign_token(settings, "olga", ROLES, 60)


@pytest.mark.parametrize(("user", "workspace"), [("u" * 129, "acme"), ("olga", "a\nb")])
def test_an_id_that_cannot_be_one_is_refused(user: str, workspace: str) -> None:
    with pytest.raises(Invalid, match="must be 1 to 128 characters"):
        sign_token(load_settings({"KANAL_JWT_SECRET": SECRET}), user, {workspace: Role.USER}, 60)
