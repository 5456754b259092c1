"""The program `kanal`, run to its end."""

import os
import subprocess

from tests.support.service import KANAL


def kanal(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """`settings` are KANAL_* names in lower case without it, and variables in upper case."""
    environment = {
        name if name.isupper() else f"KANAL_{name.upper()}": value
        for name, value in settings.items()
    }
    return subprocess.run(
        [KANAL, *arguments],
        check=False,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
