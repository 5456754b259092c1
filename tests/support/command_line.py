"""The program `kanal`, run to its end."""

import os
import subprocess

from tests.support.program import run_kanal


def kanal(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """`settings` are KANAL_* names in lower case without it, and variables in upper case."""
    environment = {
        name if name.isupper() else f"KANAL_{name.upper()}": value
        for name, value in settings.items()
    }
    inherited = {name: value for name, value in os.environ.items() if name[:6] != "KANAL_"}
    done = run_kanal(arguments, inherited | environment)
    said = (done.stdout.decode(), done.stderr.decode())
    return subprocess.CompletedProcess(done.args, done.returncode, *said)
