"""The lines of a service's log, where they are JSON."""

import json
from typing import Any

from tests.support.background import eventually
from tests.support.service import RunningService


def lines(service: RunningService) -> list[dict[str, Any]]:
    """All that it has written; every line of it must be a JSON object."""
    # What ends a line is a line feed, and nothing else that Python knows.
    found = [json.loads(line) for line in service.output.split("\n") if line]
    assert all(isinstance(line, dict) for line in found)
    return found


def of_action(service: RunningService, action: str, **fields: Any) -> list[dict[str, Any]]:
    """The lines of the access log that say this, with these fields: dots are written as `__`."""
    wanted = {name.replace("__", "."): value for name, value in fields.items()}
    return [
        line
        for line in lines(service)
        if line.get("event.action") == action and wanted.items() <= line.items()
    ]


async def noted(service: RunningService, action: str, **fields: Any) -> dict[str, Any]:
    """The only such line, once it is there."""
    found: list[dict[str, Any]] = []

    async def is_there() -> bool:
        found[:] = of_action(service, action, **fields)
        return bool(found)

    await eventually(is_there)
    (line,) = found
    return line
