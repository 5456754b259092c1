"""The image of the Dockerfile, built and run by podman where that is installed: `apt-get install
podman runc debootstrap`. What the Dockerfile names as its base comes from a registry; a Debian of
the same release with its Python stands for it here, so that none is asked."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest

from tests.support.service import RunningService, running_service

ROOT = Path(__file__).parents[2]
SUITE = "trixie"
BASE = f"localhost/python:{SUITE}"
IMAGE = "localhost/kanal:tests"
VERSION = "7.6.5"

_NEEDED = ("podman", "runc", "debootstrap")

needs_containers = pytest.mark.skipif(
    os.geteuid() != 0 or not all(map(shutil.which, _NEEDED)),
    reason="an image is built by root with podman, runc and debootstrap, which are not all there",
)


class Containers:
    """A podman with images of its own, in a directory that is gone when it is left."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._runs = Path(
            tempfile.mkdtemp(prefix="kanal-")
        )  # podman takes no path of 50 characters
        self._podman = (
            "podman", "--root", str(directory / "storage"), "--runroot", str(self._runs),
            "--runtime", "runc", "--cgroup-manager", "cgroupfs",
        )  # fmt: skip
        self._base = directory / "base"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Give the disk back; podman leaves its storage mounted on itself."""
        self._run("rmi", "--all", "--force")
        for mounted in (self._directory / "storage" / "overlay", self._runs / "overlay"):
            if mounted.is_mount():
                subprocess.run(["umount", mounted], check=True)
        shutil.rmtree(self._directory)
        shutil.rmtree(self._runs)

    def build(self) -> None:
        """The image, with the version that the tests know."""
        self._make_base()
        certificates = "/etc/ssl/certs:/etc/ssl/certs:ro"  # by which pip trusts its registry here
        self._run(
            "build", "--quiet", "--isolation", "chroot", "--format", "docker", "--tag", IMAGE,
            "--volume", certificates, "--build-arg", f"BASE={BASE}",
            "--build-arg", f"VERSION={VERSION}", str(ROOT),
        )  # fmt: skip

    def configuration(self) -> dict[str, Any]:
        """What the image says of itself."""
        found: dict[str, Any] = json.loads(self._run("image", "inspect", IMAGE))[0]
        return found

    def run(self, *command: str) -> str:
        """Run a command in a container of the image; answers its output."""
        return self._run("run", "--rm", *_OPTIONS, "--entrypoint", json.dumps(command), IMAGE)

    def within(self, name: str, command: list[str]) -> str:
        """Run a command in a container that runs."""
        return self._run("exec", name, *command)

    @contextmanager
    def service(
        self, name: str, user: str, database_url: str, *arguments: str, **settings: str
    ) -> Iterator[RunningService]:
        """The service as a container with that name and user, on a root that cannot be written."""
        command = (
            *self._podman, "run", "--rm", "--name", name, "--user", user, "--read-only",
            "--tmpfs", "/tmp:rw,size=16m", "--cap-drop", "all", "--security-opt",
            "no-new-privileges", "--env", "KANAL_*", *_OPTIONS, IMAGE, "serve", *arguments,
        )  # fmt: skip
        with running_service(database_url, command=command, **settings) as service:
            yield service

    def _make_base(self) -> None:
        packages = "python3,python3-venv,ca-certificates"
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={packages}", SUITE, self._base],
            check=True,
            capture_output=True,
        )
        # The image that it stands for calls its Python so.
        (self._base / "usr/local/bin/python").symlink_to("/usr/bin/python3")
        tar = subprocess.Popen(["tar", "-C", self._base, "-c", "."], stdout=subprocess.PIPE)
        with tar:
            subprocess.run(
                [*self._podman, "import", "--quiet", "-", BASE],
                stdin=tar.stdout,
                check=True,
                capture_output=True,
            )
        assert tar.returncode == 0
        shutil.rmtree(self._base)

    def _run(self, *arguments: str) -> str:
        result = subprocess.run(
            [*self._podman, *arguments], capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stderr
        return result.stdout


# The network is the machine's, where the tests' Postgres is. No limit is raised, which is forbidden
# where the machine is a container itself. Health is asked by the tests, not by a timer of systemd.
_OPTIONS = (
    "--network", "host", "--ulimit", "nofile=4096:4096", "--ulimit", "nproc=1000:1000",
    "--no-healthcheck",
)  # fmt: skip
