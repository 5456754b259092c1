"""The service on its embedded Postgres, as `make run` starts it."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from tests.support.clients import PATIENCE
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

DEVELOPMENT = {"jwt_secret": ""}
"""As on a developer's machine: no secret is set."""


@contextmanager
def embedded(
    directory: Path, *, command: Sequence[str] | None = None, **settings: str
) -> Iterator[RunningService]:
    with running_service(None, command=command, data_dir=str(directory), **settings) as service:
        yield service


def create(service: RunningService, name: str, access: str | None = None) -> int:
    response = httpx.post(
        f"{service.url}/workspaces/demo/channels",
        json={"name": name},
        headers={"Authorization": f"Bearer {access or token()}"},
        timeout=PATIENCE,
    )
    return response.status_code


def names(service: RunningService, access: str | None = None) -> list[str]:
    response = httpx.get(
        f"{service.url}/workspaces/demo/channels",
        headers={"Authorization": f"Bearer {access or token()}"},
        timeout=PATIENCE,
    )
    return [channel["name"] for channel in response.json()["channels"]]


def postgres_pid(directory: Path) -> int | None:
    """The process of the directory's Postgres, if one is running."""
    try:
        pid = int((directory / "postgres" / "postmaster.pid").read_text().split()[0])
        return pid if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE else None
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None


def development_token(service: RunningService) -> str:
    match = re.search(r"^TOKEN=(\S+)$", service.output, re.MULTILINE)
    assert match is not None, service.output
    return match[1]
