"""A start of several workers that fails ends as that of one process does: one line, status 1."""

import os
import re

import pytest

from tests.support.program import run_kanal
from tests.support.service import token_settings


def fail_to_serve(*options: str, **settings: str) -> str:
    """The one line with which it ends."""
    environment = {name: value for name, value in os.environ.items() if name[:6] != "KANAL_"}
    environment |= {"KANAL_PORT": "0", **token_settings()}
    environment |= {f"KANAL_{name.upper()}": value for name, value in settings.items()}
    result = run_kanal(["serve", *options], environment)
    said = result.stderr.decode()
    assert result.returncode == 1
    (line,) = re.findall("^kanal: .*$", said, re.MULTILINE)
    assert said.endswith(f"{line}\n")
    assert "Traceback" not in said
    return line


@pytest.mark.parametrize("text", ["0", "-1", "257", "two", "1.5", "", "²"])
def test_an_option_that_is_wrong(text: str) -> None:
    assert "--workers" in fail_to_serve("--workers", text)


def test_a_setting_that_is_wrong() -> None:
    assert "KANAL_AUTH_TIMEOUT" in fail_to_serve(workers="2", auth_timeout="soon")


def test_no_database() -> None:
    url = "postgresql://user:s3cret-word@127.0.0.1:1/none"
    line = fail_to_serve(workers="2", database_url=url)
    assert "the database cannot be used" in line
    assert "s3cret-word" not in line
