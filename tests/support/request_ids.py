"""The ids of requests: those that the service gives, and what it logs under one."""

import json
import re

from tests.support.service import RunningService

NEW = re.compile("[0-9a-f]{16}-[0-9]+")
"""What is given to a request that brings none."""


def log_lines(service: RunningService, request_id: str) -> list[str]:
    """What the service has logged in a request, whose name is in quotes where it is not a word."""
    written = (f"[{request_id}]", f"[{json.dumps(request_id)}]")
    return [line for line in service.output.splitlines() if any(name in line for name in written)]
