"""kanal-client as a package: its own tests, in Node against a running service, and what it is made
of: types that are those of the documents, and documents that the official tools take."""

import json
import os
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.javascript_package import PACKAGE, build, node, tool
from tests.support.kanal_client import PYTHON_PACKAGE
from tests.support.service import RunningService
from tests.support.tokens import token

TESTS = sorted(path.name for path in PACKAGE.glob("tests/*.test.js"))

SILENT = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
"""It tells its makers what it was asked for, unless it is told not to."""


@pytest.fixture(scope="module")
def documents(service: RunningService) -> dict[str, Any]:
    return {
        name: httpx.get(f"{service.url}/{name}.json").raise_for_status().json()
        for name in ("openapi", "asyncapi")
    }


def run(*command: str, given: Any = None, **environment: str) -> subprocess.CompletedProcess[str]:
    text = None if given is None else json.dumps(given)
    return subprocess.run(
        command, cwd=PACKAGE, input=text, env=os.environ | environment,
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("name", TESTS)
def test_its_own_tests_pass(service: RunningService, workspace: str, name: str) -> None:
    build()
    ran = run(
        node(), "--test", f"tests/{name}",
        KANAL_URL=service.url,
        KANAL_WORKSPACE=workspace,
        ALICE=token("alice", (workspace,)),
        BOB=token("bob", (workspace,)),
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_program_of_the_readme_shows_what_it_creates(
    service: RunningService, workspace: str
) -> None:
    build()
    readme = (PACKAGE.parents[1] / "README.md").read_text()
    (program,) = re.findall(r"```js\n(import [^`]*kanal-client.*?)```", readme, flags=re.DOTALL)
    program = program.replace("http://127.0.0.1:8000", service.url).replace("demo", workspace)
    environment = os.environ | {"TOKEN": token("alice", (workspace,))}
    with subprocess.Popen(
        [node(), "--input-type=module", "-e", program],
        cwd=PACKAGE, env=environment, stdout=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        try:
            assert any("live" in line and "'support'" in line for line in running.stdout)
        finally:
            running.kill()


def test_its_types_are_made_of_the_documents_as_they_are_now(
    documents: dict[str, Any], tmp_path: Path
) -> None:
    codes = PYTHON_PACKAGE / "kanal_client" / "codes.py"
    arguments = str(tmp_path), str(tmp_path / codes.name)
    made = run(node(), "scripts/generate.js", *arguments, given=documents)
    assert made.returncode == 0, made.stderr
    paths = [*PACKAGE.glob("src/generated/*.ts"), codes]
    generated = {path.name: path.read_text() for path in paths}
    anew = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert generated == anew, "make client-types"


def test_openapi_is_valid_by_redocly(documents: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(documents["openapi"]))
    linted = run(tool("redocly"), "lint", str(file), "--extends=spec", **SILENT)
    assert linted.returncode == 0, linted.stdout + linted.stderr


def test_asyncapi_is_valid_by_its_own_parser(documents: dict[str, Any]) -> None:
    """By the parser, which the command line of AsyncAPI asks too: that one has 1,400 packages."""
    validated = run(node(), "scripts/validate.js", given=documents["asyncapi"])
    assert validated.returncode == 0, validated.stdout + validated.stderr


@pytest.mark.parametrize("name", ["openapi", "asyncapi"])
def test_a_document_that_is_wrong_is_not_valid(
    documents: dict[str, Any], tmp_path: Path, name: str
) -> None:
    wrong = {**documents[name], "info": {}}
    if name == "asyncapi":
        validated = run(node(), "scripts/validate.js", given=wrong)
    else:
        file = tmp_path / "openapi.json"
        file.write_text(json.dumps(wrong))
        validated = run(tool("redocly"), "lint", str(file), "--extends=spec", **SILENT)
    assert validated.returncode == 1, validated.stdout + validated.stderr


def test_what_npm_packs_holds_the_compiled_code_with_its_types_and_the_licence(
    tmp_path: Path,
) -> None:
    build()
    packed = run("npm", "pack", "--silent", "--pack-destination", str(tmp_path))
    assert packed.returncode == 0, packed.stdout + packed.stderr
    (package,) = tmp_path.glob("*.tgz")
    with tarfile.open(package) as archive:
        held = set(archive.getnames())
    assert {f"package/{name}" for name in ("dist/index.js", "dist/index.d.ts", "LICENSE")} <= held
