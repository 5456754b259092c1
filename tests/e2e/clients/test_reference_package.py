"""The page at `/docs` as a package: the files that are served are what its sources make."""

import gzip
import shutil
import subprocess
from pathlib import Path

import pytest

import transport.documents

SOURCES = Path(__file__).parents[3] / "clients" / "reference"
SERVED = Path(transport.documents.__path__[0]) / "reference"


def content(path: Path) -> bytes:
    """Decompressed: versions of Node compress differently."""
    stored = path.read_bytes()
    return gzip.decompress(stored) if path.suffix == ".gz" else stored


def test_the_files_that_are_served_are_what_the_sources_make(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (SOURCES / "node_modules" / "esbuild").is_dir():
        pytest.skip("Node or clients/reference/node_modules is missing: make test installs them")
    built = subprocess.run(
        [node, "scripts/build.js", str(tmp_path)],
        cwd=SOURCES, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    anew = {path.name: content(path) for path in tmp_path.iterdir()}
    served = {path.name: content(path) for path in SERVED.iterdir()}
    assert served.keys() == anew.keys()
    changed = [name for name, made in anew.items() if served[name] != made]
    assert changed == [], "make reference"
