"""The Python kanal-client as a package: its README as it is written, and models and error codes
that are those of the documents."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from kanal_client import errors, models

from tests.support.kanal_client import PYTHON_PACKAGE
from tests.support.service import RunningService
from tests.support.tokens import token

SHOWS_CHANNELS = re.compile(r"live \['general'\]")


def test_the_program_of_its_readme_shows_what_it_creates(service: RunningService) -> None:
    readme = (PYTHON_PACKAGE / "README.md").read_text()
    (program,) = re.findall(r"```python\n(.*?)```", readme, flags=re.DOTALL)
    assert "http://127.0.0.1:8000" in program
    program = program.replace("http://127.0.0.1:8000", service.url)
    environment = os.environ | {"PYTHONPATH": str(PYTHON_PACKAGE), "TOKEN": token()}
    with subprocess.Popen(
        [sys.executable, "-u", "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        try:
            assert any(SHOWS_CHANNELS.search(line) for line in running.stdout)
        finally:
            running.kill()


@pytest.fixture(scope="module")
def schemas(service: RunningService) -> dict[str, Any]:
    document = httpx.get(f"{service.url}/openapi.json").raise_for_status().json()
    return dict(document["components"]["schemas"])


@pytest.mark.parametrize(
    ("model", "schema"),
    [
        (models.Channel, "ChannelModel"),
        (models.Member, "Member"),
        (models.HistoryEntry, "HistoryEntry"),
    ],
)
def test_its_models_have_the_fields_of_the_document(
    schemas: dict[str, Any], model: type[msgspec.Struct], schema: str
) -> None:
    assert {field.encode_name for field in msgspec.structs.fields(model)} == set(
        schemas[schema]["properties"]
    )


def test_the_codes_that_it_goes_by_are_those_of_the_service(service: RunningService) -> None:
    document = httpx.get(f"{service.url}/asyncapi.json").raise_for_status().json()
    codes = set(document["components"]["schemas"]["AckError"]["properties"]["code"]["enum"])
    assert codes >= errors.ABOUT_TOKEN
    assert codes >= errors.PASSING - {"unreachable"}


def test_its_wheel_holds_the_package_and_that_it_is_typed(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path)
    subprocess.run([*command, PYTHON_PACKAGE], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = zipfile.ZipFile(wheel).namelist()
    assert {"kanal_client/__init__.py", "kanal_client/py.typed"} <= set(held)
    assert all(name.startswith(("kanal_client/", "kanal_client-")) for name in held)
