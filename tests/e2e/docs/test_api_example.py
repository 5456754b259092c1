"""The command over a socket in docs/api.md, run as it is written there."""

import asyncio
import os
import re
from pathlib import Path

from tests.support.clients import JS, PATIENCE
from tests.support.service import RunningService
from tests.support.tokens import token

PAGE = Path(__file__).parents[3] / "docs" / "api.md"

AUTHENTICATED = """\
import {{ io }} from "socket.io-client";
const socket = io("{url}", {{ auth: {{ token: process.env.TOKEN }} }});
await new Promise((go) => socket.on("auth-success", go));
"""


async def test_a_command_over_a_socket_is_answered_as_the_page_says(
    service: RunningService, tmp_path: Path, workspace: str
) -> None:
    example = re.search(r"```js\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert example is not None
    code = example[1].replace('"demo"', f'"{workspace}"')
    (tmp_path / "client.mjs").write_text(AUTHENTICATED.format(url=service.url) + code)
    (tmp_path / "node_modules").symlink_to(JS / "node_modules")

    async def said(lines: int) -> list[str]:
        client = await asyncio.create_subprocess_exec(
            "node",
            "client.mjs",
            cwd=tmp_path,
            env=os.environ | {"TOKEN": token("alice", (workspace,))},
            stdout=asyncio.subprocess.PIPE,
        )
        assert client.stdout is not None
        try:
            async with asyncio.timeout(PATIENCE):
                return [(await client.stdout.readline()).decode() for _ in range(lines)]
        finally:
            client.kill()
            await client.wait()

    (created,) = await said(1)
    assert re.fullmatch(r"created: x at \d+\n", created)
    taken = sorted(await said(2))
    assert [line.split()[0] for line in taken] == ["name_taken", "refused:"]
