"""The projection that docs/projections.md adds, added as it is written there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.service import running_service

ROOT = Path(__file__).parents[3]
PACKAGES = ("domain", "persistence", "projections", "transport", "scripts")
MAIN = "import sys; sys.path.insert(0, {root!r}); from scripts.kanal import main; main()"


def blocks(language: str) -> list[str]:
    text = (ROOT / "docs" / "projections.md").read_text()
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def program(tmp_path: Path) -> list[str]:
    """`kanal` with the example's file beside ours, and its registration in the place of ours."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package)
    projection, registry = blocks("python")
    (tmp_path / "projections" / "channels_per_day.py").write_text(projection)
    (tmp_path / "projections" / "registry.py").write_text(registry)
    return [sys.executable, "-c", MAIN.format(root=str(tmp_path))]


async def test_a_file_and_a_registration_are_a_projection(
    database_url: str, program: list[str]
) -> None:
    def kanal(*arguments: str) -> str:
        done = subprocess.run(
            [*program, *arguments],
            env=os.environ | {"KANAL_DATABASE_URL": database_url},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout

    with running_service(database_url) as ours:
        await create_channel(ours.url, "demo", "before it was there")
    with running_service(database_url, command=[*program, "serve"]) as service:
        await create_channel(service.url, "other", "not counted")
        channel = await create_channel(service.url, "demo", "after")
        connection = await asyncpg.connect(database_url)
        try:
            (query,) = blocks("sql")

            async def counted() -> bool:
                return sum(row["created"] for row in await connection.fetch(query)) == 2

            await eventually(counted)
            assert (await connection.fetch(query))[-1]["day"].isoformat() == channel["createdAt"][
                :10
            ]
            assert "replayed channels_per_day" in kanal("replay", "channels_per_day")
            assert (await counted()) is True
        finally:
            await connection.close()
        assert "rows, equal to the log" in kanal("replay", "channels_per_day", "--verify")
        listed = kanal("replay", "--list").splitlines()[1:]
        names = ["channels", "channels_per_day", "revocations", "snapshots"]
        assert [line.split()[0] for line in listed] == names
        assert channel["position"] == 5
