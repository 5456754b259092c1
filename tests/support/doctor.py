"""`kanal doctor`, run on this machine, and what it has found."""

import json
from collections import defaultdict
from dataclasses import dataclass

from tests.support.command_line import kanal
from tests.support.tokens import SECRET

Lines = list[tuple[str, str, str]]


@dataclass(frozen=True)
class Examined:
    """The findings by check: each with its level, what was found, and what to do."""

    status: int
    found: dict[str, Lines]

    @property
    def faults(self) -> set[str]:
        return {
            name for name, lines in self.found.items() if "fault" in {line[0] for line in lines}
        }

    def only(self, check: str) -> tuple[str, str, str]:
        """The one finding of a check."""
        (line,) = self.found[check]
        return line


def examined(**settings: str) -> Examined:
    """Run it with these settings, KANAL_* names in lower case without it, besides a secret and any
    port; it never shows the secret."""
    done = kanal("doctor", "--json", **{"jwt_secret": SECRET, "port": "0", **settings})
    assert SECRET not in done.stdout + done.stderr
    assert "canary" not in done.stdout + done.stderr
    found: dict[str, Lines] = defaultdict(list)
    for line in done.stdout.splitlines():
        each = json.loads(line)
        assert each["level"] == "ok" or each["to_do"], "what is not well says what to do"
        found[each["check"]].append((each["level"], each["found"], each.get("to_do", "")))
    result = Examined(done.returncode, dict(found))
    assert (result.status == 0) == (not result.faults)
    return result
