"""The sources of the console, and what is built of them."""

import shutil
import subprocess
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "clients" / "console"

MISSING = "Node or clients/console/node_modules is missing: make test installs them"


def build(directory: Path) -> None:
    """Build the console into a directory. Skips the test where Node or its packages are missing."""
    node = shutil.which("node")
    if node is None or not (PACKAGE / "node_modules" / "esbuild").is_dir():
        pytest.skip(MISSING)
    ran = subprocess.run(
        [node, "scripts/build.js", str(directory)],
        cwd=PACKAGE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr


def checked() -> None:
    """The compiler finds nothing wrong with the sources. Skips the test as `build` does."""
    compiler = PACKAGE / "node_modules" / ".bin" / "tsc"
    if shutil.which("node") is None or not compiler.exists():
        pytest.skip(MISSING)
    ran = subprocess.run(
        [compiler, "-p", "tsconfig.json"], cwd=PACKAGE, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout
