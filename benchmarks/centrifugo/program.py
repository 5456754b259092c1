"""The program: built once, of Go's module proxy, into the user's cache and not into the tree."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Absent, Plan

VERSION = "6.9.1"
NAME = f"Centrifugo {VERSION}"

_PACKAGE = f"github.com/centrifugal/centrifugo/v6@v{VERSION}"


def program(plan: Plan) -> Path | Absent:
    """Where it is; it is built where it is not yet and the plan allows the minutes it takes."""
    built = _cache() / f"centrifugo-{VERSION}"
    if built.exists():
        return built
    if shutil.which("go") is None:
        return Absent(NAME, "there is no Go")
    if not plan.builds:
        return Absent(NAME, "it is not built yet, which `make bench` does")
    return _build(built)


def _build(built: Path) -> Path | Absent:
    built.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=built.parent) as folder:
        building = subprocess.run(
            ["go", "install", _PACKAGE],
            env=os.environ | {"GOBIN": folder},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if building.returncode != 0:
            print(building.stderr, file=sys.stderr)
            return Absent(NAME, "Go could not build it")
        # At once: who looks for it meanwhile finds all of it or nothing.
        (Path(folder) / "centrifugo").rename(built)
    return built


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kanal-benchmarks"
