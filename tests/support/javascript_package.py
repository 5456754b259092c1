"""The npm package of `clients/javascript`: built once, wherever its tests run first."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "clients" / "javascript"


def node() -> str:
    """The path of Node. Skips the test where it, or what the package is built with, is missing."""
    found = shutil.which("node")
    if found is None or not (PACKAGE / "node_modules" / "typescript").is_dir():
        pytest.skip("Node or clients/javascript/node_modules is missing: make test installs them")
    return found


def tool(name: str) -> str:
    """The path of a program that came with the package's development."""
    node()
    return str(PACKAGE / "node_modules" / ".bin" / name)


def build() -> None:
    """Compile the package where its sources are newer; several processes may ask at once."""
    output = PACKAGE / "dist" / "index.js"
    compiler = tool("tsc")
    with (PACKAGE / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sources = [*PACKAGE.glob("src/**/*.ts"), PACKAGE / "tsconfig.json"]
        newest = max(source.stat().st_mtime for source in sources)
        if output.exists() and output.stat().st_mtime > newest:
            return
        built = subprocess.run([compiler], cwd=PACKAGE, capture_output=True, text=True, check=False)
        assert built.returncode == 0, built.stdout
