"""`kanal nodes`: who serves the log."""

import json
import signal
import time
from importlib.metadata import version
from typing import Any

from tests.support.background import eventually
from tests.support.command_line import kanal
from tests.support.engine_io import polling
from tests.support.service import running_service


def listed(database_url: str) -> list[Any]:
    result = kanal("nodes", "--json", database_url=database_url)
    assert (result.returncode, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout.splitlines()]


async def test_all_nodes_are_shown_with_what_they_are_and_one_that_is_silent(
    database_url: str,
) -> None:
    began = time.time()
    assert listed(database_url) == []
    with (
        running_service(database_url) as first,
        running_service(database_url, node_url="http://node-2.example:80") as second,
    ):
        async with polling(first.url):

            async def connected() -> bool:
                return [node["connections"] for node in listed(database_url)] == [1, 0]

            await eventually(connected)
        one, two = listed(database_url)
        assert one["address"].endswith(f"{one['id']}.sock")
        assert two["address"] == "http://node-2.example:80"
        assert (one["version"], one["position"]) == (version("kanal"), 0)
        assert one["since"][:4] == time.strftime("%Y", time.gmtime(began))
        second.stop(signal.SIGKILL)

        async def silent() -> bool:
            return "silent for" in kanal("nodes", database_url=database_url).stdout

        await eventually(silent)
        table = kanal("nodes", database_url=database_url).stdout
        assert [heading in table.splitlines()[0] for heading in ("node", "address")] == [True, True]
        assert "there" in table
