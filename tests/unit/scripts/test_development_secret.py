"""The development secret: made once, kept for its owner alone, and never used in the open."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.service.development_secret import signing_secrets
from scripts.service.environment import load_settings
from scripts.service.settings import Settings, SettingsError
from tests.support.keys import RSA, public_pem

CHOSEN = "a chosen secret, thirty-two bytes or more"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "not there yet" / ".kanal"


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    try:
        yield
    finally:
        os.umask(before)


def settings(directory: Path, **more: str) -> Settings:
    return load_settings({"KANAL_DATA_DIR": str(directory), **more})


def test_a_secret_is_made_long_enough_and_kept(directory: Path) -> None:
    (secret,) = signing_secrets(settings(directory))
    assert len(secret.encode()) >= 32
    assert signing_secrets(settings(directory)) == [secret]


def test_no_two_directories_have_the_same_secret(tmp_path: Path) -> None:
    (one,), (other,) = (signing_secrets(settings(tmp_path / name)) for name in ("one", "other"))
    assert one != other


@pytest.mark.usefixtures("open_umask")
def test_only_its_owner_can_read_the_secret(directory: Path) -> None:
    signing_secrets(settings(directory))
    (file,) = directory.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_chosen_secret_is_used_in_its_place(directory: Path) -> None:
    assert signing_secrets(settings(directory, KANAL_JWT_SECRET=CHOSEN)) == [CHOSEN]
    assert not directory.exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "kanal.example.org"])
def test_a_service_that_others_can_reach_must_have_a_chosen_secret(
    directory: Path, host: str
) -> None:
    with pytest.raises(SettingsError, match="must be set to bind to") as error:
        signing_secrets(settings(directory, KANAL_HOST=host))
    assert host in str(error.value)
    assert not directory.exists()
    chosen = settings(directory, KANAL_HOST=host, KANAL_JWT_SECRET=CHOSEN)
    assert signing_secrets(chosen) == [CHOSEN]


@pytest.mark.parametrize(
    "key",
    [
        {"KANAL_JWT_PUBLIC_KEY": public_pem(RSA)},
        {"KANAL_JWT_JWKS_URL": "https://issuer.example/jwks.json"},
    ],
    ids=["a public key", "a key set"],
)
def test_no_secret_is_made_beside_a_key_of_somebody_elses(
    directory: Path, key: dict[str, str]
) -> None:
    with pytest.raises(SettingsError, match="set KANAL_JWT_SECRET"):
        signing_secrets(settings(directory, **key))
    assert not directory.exists()


def test_a_key_is_not_advised_where_it_would_end_the_discovery_of_the_providers(
    directory: Path,
) -> None:
    with pytest.raises(SettingsError, match="tokens come from the provider") as error:
        signing_secrets(settings(directory, KANAL_JWT_ISSUER="https://id.example"))
    assert "kanal revoke" in str(error.value)
    assert not directory.exists()
