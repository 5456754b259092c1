"""Other builds of Kanal in a row: the product of another checkout, or this one on another Python,
under the benchmarks of this checkout. Each is a process that runs the row's first contender, which
is ours, whenever it is that one's turn; and so does this build then, lest it differ by what else
its process holds.

    this process → a line → the process of the build → a sample as a line of JSON
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.measure import Contender, Plan, Row, Sample

_HERE = Path(__file__).parent.parent
_MEASURING = ("benchmarks", "tests")
_PRODUCT = ("domain", "persistence", "projections", "transport", "scripts")


@dataclass(frozen=True)
class Build:
    """A checkout of Kanal and the Python that runs it, which has what it needs."""

    name: str
    checkout: Path = _HERE
    python: Path = Path(sys.executable)


def commit_of(checkout: Path) -> str:
    """The short name of what is checked out there."""
    return _said("git", "-C", str(checkout), "rev-parse", "--short", "HEAD")


def version_of(python: Path) -> str:
    """Such as `Python 3.13.0`."""
    return _said(str(python), "--version")


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@contextmanager
def other_builds(
    row: Row, server_url: str, plan: Plan, builds: Sequence[Build]
) -> Iterator[list[Contender]]:
    """Ours in a process of its own, and in each of these builds; none where there are no builds.
    Raises FileNotFoundError."""
    with ExitStack() as stack:
        if builds:
            builds = (Build("Kanal"), *builds)
        yield [
            Contender(
                build.name,
                "peer",
                stack.enter_context(_running(row, server_url, plan, build)),
                row.beyond if build.checkout != _HERE else None,
            )
            for build in builds
        ]


@contextmanager
def _running(
    row: Row, server_url: str, plan: Plan, build: Build
) -> Iterator[Callable[[Plan], Sample]]:
    with tempfile.TemporaryDirectory() as folder:
        for checkout, packages in ((_HERE, _MEASURING), (build.checkout, _PRODUCT)):
            for package in packages:
                there = (checkout / package).resolve(strict=True)
                (Path(folder) / package).symlink_to(there)
        process = subprocess.Popen(
            [
                build.python,
                "-m",
                "benchmarks.builds",
                row.name,
                server_url,
                json.dumps(asdict(plan)),
            ],
            # Before what is installed for that Python, which is this checkout.
            env=os.environ | {"PYTHONPATH": folder},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None and process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def trial(_: Plan) -> Sample:
            with suppress(BrokenPipeError):  # it has ended, and says nothing more
                print("next", file=asked, flush=True)
            if not (answer := answers.readline()):
                raise RuntimeError(f"{build.name} ended with status {process.wait()}")
            return Sample(**json.loads(answer))

        try:
            yield trial
        finally:
            with suppress(BrokenPipeError):
                asked.close()
            process.wait()
            answers.close()


def main(name: str, server_url: str, plan_json: str) -> None:
    """The process of a build: answers a sample for each line on stdin, until that ends."""
    # Only here: the table of rows imports what imports this module.
    from benchmarks.__main__ import ROWS  # noqa: PLC0415

    plan = Plan(**json.loads(plan_json))
    with ROWS[name].contenders(server_url, plan) as contenders:
        ours = contenders[0]
        assert isinstance(ours, Contender)
        for _ in sys.stdin:
            print(json.dumps(asdict(ours.trial(plan))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
