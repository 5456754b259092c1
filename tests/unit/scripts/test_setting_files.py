"""Settings in files: every setting may be one, and what is wrong with a file stops the start."""

from pathlib import Path

import pytest

from scripts.service.environment import load_settings
from scripts.service.settings import Settings, SettingsError
from tests.support.keys import RSA, public_pem

SECRET = "a canary that sings to nobody, ever"

VALUES = {
    "KANAL_DATABASE_URL": "postgresql://kanal:secret@db/kanal",
    "KANAL_DATABASE_REPLICA_URL": "postgresql://kanal:secret@replica/kanal",
    "KANAL_FEED_URL": "nats://kanal:secret@nats:4222",
    "KANAL_DATA_DIR": "/var/lib/kanal",
    "KANAL_HOST": "0.0.0.0",
    "KANAL_PORT": "9000",
    "KANAL_BASE_PATH": "/kanal",
    "KANAL_JWT_SECRET": SECRET,
    "KANAL_JWT_PUBLIC_KEY": public_pem(RSA),
    "KANAL_CORS_ORIGINS": "*",
    "KANAL_TRUSTED_PROXIES": "10.0.0.0/8",
    "KANAL_WEBHOOK_NETWORKS": "10.0.0.0/8",
    "KANAL_RATE_COMMANDS": "5/minute",
    "KANAL_RATE_AUTH": "off",
}


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_may_be_the_content_of_a_file(name: str, tmp_path: Path) -> None:
    variable = f"KANAL_{name.upper()}"
    file = tmp_path / "value"
    default = getattr(load_settings({}), name)
    value = VALUES.get(variable, str(default) if isinstance(default, float | int | str) else "a")
    if "URL" in variable or "ISSUER" in variable:
        value = VALUES.get(variable, "https://issuer.example/")
    if variable == "KANAL_JWT_ROLES":
        value = "owner=admin"
    file.write_text(value + "\n")
    pairs = [("KANAL_TLS_CERT", "KANAL_TLS_KEY"), ("KANAL_FEED_CERT", "KANAL_FEED_KEY")]
    with_it = dict.fromkeys(next((pair for pair in pairs if variable in pair), ()), "a")
    with_it.pop(variable, None)
    from_file = load_settings({f"{variable}_FILE": str(file), **with_it})
    assert from_file == load_settings({variable: value, **with_it})


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        (SECRET, SECRET),
        (SECRET + "\n", SECRET),
        (SECRET + "\r\n", SECRET),
        (SECRET + "\n\n", SECRET + "\n"),
        (f" {SECRET} ", f" {SECRET} "),
    ],
)
def test_one_newline_at_the_end_is_taken_off_and_nothing_else(
    content: str, secret: str, tmp_path: Path
) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content.encode())
    assert load_settings({"KANAL_JWT_SECRET_FILE": str(file)}).jwt_secrets == [secret]


def test_a_setting_is_given_in_one_way_alone(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    both = {"KANAL_JWT_SECRET": SECRET, "KANAL_JWT_SECRET_FILE": str(file)}
    assert refused(both) == "KANAL_JWT_SECRET and KANAL_JWT_SECRET_FILE are both set"
    assert load_settings({**both, "KANAL_JWT_SECRET": ""}).jwt_secrets == [SECRET]
    assert load_settings({**both, "KANAL_JWT_SECRET_FILE": ""}).jwt_secrets == [SECRET]


BAD = {"nothing": b"", "a newline": b"\n", "no UTF-8": b"\xff" * 40, "too much": b"x" * 1_048_577}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD)
def test_a_bad_file_is_named_by_its_variable_in_one_line(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    assert refused({"KANAL_JWT_SECRET_FILE": str(file)}).startswith("KANAL_JWT_SECRET_FILE: ")


@pytest.mark.parametrize("path", ["/nowhere/canary", "/", "canary\x00", SECRET * 200])
def test_a_file_that_cannot_be_read_is_named_by_its_variable_alone(path: str) -> None:
    """The path may be a secret that somebody has put there."""
    message = refused({"KANAL_JWT_SECRET_FILE": path})
    assert message.startswith("KANAL_JWT_SECRET_FILE: the file cannot be read: ")


def test_a_bad_value_in_a_file_is_refused_like_any(tmp_path: Path) -> None:
    file = tmp_path / "port"
    file.write_text("canary")
    assert refused({"KANAL_PORT_FILE": str(file)}).startswith("KANAL_PORT: ")


@pytest.mark.parametrize("name", ["KANAL_PROT_FILE", "KANAL_FILE", "KANAL_PORT_FILE_FILE"])
def test_an_unknown_setting_is_none_in_a_file_either(name: str) -> None:
    assert refused({name: "/etc/hostname"}).startswith(f"unknown setting {name};")


def refused(environment: dict[str, str]) -> str:
    with pytest.raises(SettingsError) as error:
        load_settings(environment)
    message = str(error.value)
    assert "\n" not in message
    assert "canary" not in message
    return message
