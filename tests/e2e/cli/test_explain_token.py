"""`kanal token --explain`: what the service would make of a token, check by check, and no more."""

import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.issuer import CONFIGURATION, KEYS, Issuer, running_issuer
from tests.support.keys import EC, RSA, rsa_key, signed
from tests.support.program import run_kanal
from tests.support.tokens import SECRET, token

SETTINGS = {
    "KANAL_JWT_SECRET": SECRET,
    "KANAL_JWT_AUDIENCE": "kanal",
    "KANAL_JWT_WORKSPACES_CLAIM": "/app/workspaces",
    "KANAL_JWT_ROLES": "owner=admin",
}


def explained(access: str, settings: dict[str, str]) -> "subprocess.CompletedProcess[bytes]":
    """What is said of a token on standard input, which is never quoted."""
    done = run_kanal(
        ["token", "--explain", "-"], settings, stdin=access.encode(errors="surrogateescape") + b"\n"
    )
    for part in filter(None, access.split(".")):
        assert part not in (done.stdout + done.stderr).decode()
    return done


def test_a_good_token_is_explained_check_by_check() -> None:
    app = {"workspaces": {"acme": ["owner"], "demo": "auditor"}}
    exp = round(time.time()) + 60
    until = datetime.fromtimestamp(exp + 10, UTC).isoformat()
    done = explained(token(aud="kanal", exp=exp, app=app, scope="openid kanal:operate"), SETTINGS)
    assert done.returncode == 0
    assert done.stdout.decode().splitlines() == [
        "header      algorithm 'HS256', key id None",
        "signature   verified by KANAL_JWT_SECRET, as HS256",
        "issuer      not checked (KANAL_JWT_ISSUER)",
        "audience    'kanal'",
        f"expiry      accepted until {until} (with the leeway of 10 s)",
        "user        'alice'",
        "workspaces  'acme': admin, 'demo': guest",
        "scope       'kanal:operate', 'openid'",
        "note        the role 'auditor' counts as guest: it is not a role of Kanal, and"
        " KANAL_JWT_ROLES does not name it",
        "the token is good, unless the log says that its access was taken back",
    ]


def test_odd_claims_are_explained_in_their_own_lines() -> None:
    scope = ["\x1b[31m", "kanal:operate\nuser        'root'", "\udcff"]
    done = explained(token(aud="kanal", scope=scope, exp=10**400), SETTINGS)
    assert done.returncode == 1
    said = done.stdout.decode()
    assert "Traceback" not in done.stderr.decode()
    assert "expiry      FAILED: it is not as it must be" in said.splitlines()
    assert "\x1b" not in said
    assert sum(line.startswith("user") for line in said.splitlines()) == 1


def test_all_that_is_wrong_with_a_token_is_said_at_once() -> None:
    bad = token(secret="another secret, thirty-two bytes or more", ttl=-60, sub="")
    done = explained(bad, {**SETTINGS, "KANAL_JWT_ISSUER": "https://id.example"})
    assert done.returncode == 1
    said = done.stdout.decode()
    for words in (
        "signature   FAILED:",
        "issuer      FAILED: the claim 'iss' is missing",
        "audience    FAILED: the claim 'aud' is missing",
        "expiry      FAILED: the access token has expired",
        "user        FAILED: the claim 'sub' must be",
        "workspaces  none: there is no claim '/app/workspaces' (KANAL_JWT_WORKSPACES_CLAIM)",
    ):
        assert words in said
    assert "the token is good" not in said
    assert done.stderr.decode().count("\n") == 1


def test_whose_and_for_whom_a_token_is_is_shown_where_that_is_wrong() -> None:
    long = [f"https://{number}.example" for number in range(100)]
    done = explained(
        token(iss="https://else.example", aud=long),
        {**SETTINGS, "KANAL_JWT_ISSUER": "https://id.example"},
    )
    assert done.returncode == 1
    said = done.stdout.decode()
    assert "the claim 'iss' must be 'https://id.example'; it is 'https://else.example'\n" in said
    assert "the claim 'aud' must be, or hold, 'kanal'; it is ['https://0.example', " in said
    assert "99.example" not in said


def test_a_provider_whose_keys_are_not_discovered_for_a_key_of_ours_is_noted(
    issuer: Issuer,
) -> None:
    """The trap of a secret that is added for an operator's token."""
    settings = {"KANAL_JWT_ISSUER": issuer.base, "KANAL_JWT_SECRET": SECRET}
    note = b"note        since a key is configured, the keys of the issuer are not discovered\n"
    refused = explained(signed(RSA, "r", iss=issuer.base), settings)
    assert refused.returncode == 1
    assert note in refused.stdout
    good = explained(token(iss=issuer.base), settings)
    assert good.returncode == 0
    assert note not in good.stdout


@pytest.mark.parametrize("opaque", ["ory_at_5JhXkbTUbTMrRjJy", "8xLOxBtZp8"])
def test_an_opaque_token_is_told_from_one_that_kanal_can_read(opaque: str) -> None:
    done = explained(opaque, SETTINGS)
    assert done.returncode == 1
    assert b"(`audience` or `resource`)" in done.stdout


@pytest.mark.parametrize("bad", ["what?", "e30.W10.e30", "..", "é.é.é", "\udcff"])
def test_what_is_no_token_is_said_in_one_line(bad: str) -> None:
    done = explained(bad, SETTINGS)
    assert done.returncode == 1
    assert done.stderr.decode().count("\n") == 1


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with running_issuer() as issuer:
        yield issuer


def test_keys_are_fetched_for_a_token_of_their_issuer(issuer: Issuer) -> None:
    settings = {"KANAL_JWT_ISSUER": f"{issuer.base},https://elsewhere.example"}
    good = explained(signed(RSA, "r", iss=issuer.base), settings)
    assert good.returncode == 0
    assert f"verified by the key set of the issuer {issuer.base}" in good.stdout.decode()
    assert issuer.asked == [CONFIGURATION, KEYS]
    assert explained(signed(rsa_key(), "r", iss=issuer.base), settings).returncode == 1
    issuer.answers.clear()
    away = explained(signed(EC, "e", iss=issuer.base), settings)
    assert away.returncode == 1
    assert "answers with the status 404" in away.stderr.decode()
    assert "user        'alice'" in away.stdout.decode()


def test_no_key_is_fetched_where_a_configured_one_has_signed(issuer: Issuer) -> None:
    settings = {**SETTINGS, "KANAL_JWT_JWKS_URL": issuer.base + KEYS}
    assert explained(token(aud="kanal"), settings).returncode == 0
    assert issuer.asked == []


def test_secrets_and_tokens_may_be_in_files(tmp_path: Path) -> None:
    """As they are mounted: the service and its tools have them from there alone."""
    old, new = SECRET * 2, "another secret; thirty-two bytes or more"
    file = tmp_path / "secrets"
    file.write_text(f"{new},{old.replace(',', ';')}\n")
    settings = {"KANAL_JWT_SECRET_FILE": str(file)}
    for secret in (new, old.replace(",", ";")):
        done = explained(token(secret=secret), settings)
        assert done.returncode == 0
        number = 1 if secret == new else 2
        assert f"verified by secret {number} of 2 in KANAL_JWT_SECRET, as" in done.stdout.decode()
    made = run_kanal(["token", "--user", "eve", "--workspace", "demo"], settings).stdout.decode()
    assert explained(made.strip(), {"KANAL_JWT_SECRET": new}).returncode == 0


@pytest.mark.parametrize(
    "arguments", [[], ["--user", "eve"], ["--explain", "-", "--user", "eve"]], ids=str
)
def test_a_token_is_either_made_or_explained(arguments: list[str]) -> None:
    done = run_kanal(["token", *arguments], SETTINGS)
    assert done.returncode == 2
    assert b"--explain" in done.stderr
