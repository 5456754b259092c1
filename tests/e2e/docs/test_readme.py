"""The README's clients, run as they are written there: they print what it says."""

import asyncio
import os
import re
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.clients import JS, PATIENCE
from tests.support.service import RunningService
from tests.support.tokens import token

README = Path(__file__).parents[3] / "README.md"

PROGRAMS = {"js": ("client.mjs", "node"), "python": ("client.py", sys.executable)}


@pytest.mark.parametrize("language", PROGRAMS)
async def test_a_client_of_the_readme_hears_of_a_channel(
    service: RunningService, tmp_path: Path, language: str
) -> None:
    code = re.search(rf"```{language}\n(.*?)```", README.read_text(), re.DOTALL)
    assert code is not None
    name, program = PROGRAMS[language]
    (tmp_path / name).write_text(code[1].replace("http://127.0.0.1:8000", service.url))
    (tmp_path / "node_modules").symlink_to(JS / "node_modules")
    access = token("developer", (f"readme-{language}",))
    client = await asyncio.create_subprocess_exec(
        program,
        name,
        cwd=tmp_path,
        env=os.environ | {"TOKEN": access, "PYTHONUNBUFFERED": "1"},
        stdout=asyncio.subprocess.PIPE,
    )
    assert client.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            assert re.fullmatch(rb"I am developer at \d+\n", await client.stdout.readline())
            async with httpx.AsyncClient(timeout=PATIENCE) as http:
                await http.post(
                    f"{service.url}/workspaces/readme-{language}/channels",
                    json={"name": "general"},
                    headers={"Authorization": f"Bearer {access}"},
                )
            assert await client.stdout.readline() == b"new: general\n"
    finally:
        client.kill()
        await client.wait()
