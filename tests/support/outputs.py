"""What the services and commands of a run have written, kept until its end. Then it is searched for
every secret and token that the tests have made, and the run fails where one was seen.

Each process of xdist has the outputs of what it has started, and the secrets that it has made.
"""

import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from scripts.service.log_formats import TextLines
from transport.correlation import name_request


class Outputs:
    """Those of one process; nothing is kept before `begin`."""

    def __init__(self) -> None:
        self._directory: Path | None = None
        self._places: dict[Path, str] = {}
        self._secrets: set[str] = set()

    def begin(self) -> None:
        """Keep what is opened from now on, and what is logged in this process."""
        self._directory = Path(tempfile.mkdtemp(prefix="kanal-outputs-"))
        path = self._directory / "logged"
        self._places[path] = "the tests' own process"
        self._handler = logging.FileHandler(path, errors="backslashreplace")
        self._handler.addFilter(name_request)
        self._handler.setFormatter(TextLines())
        logging.getLogger().addHandler(self._handler)

    def open(self) -> IO[str]:
        """A file for the output of what the running test starts."""
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115  whoever asks for it closes it
            "w+",
            prefix="kanal-",
            suffix=".log",
            dir=self._directory,
            delete=self._directory is None,
        )
        if self._directory is not None:
            self._places[Path(file.name)] = os.environ.get("PYTEST_CURRENT_TEST", "no test")
        return file

    def keep(self, output: bytes) -> None:
        """Keep the output of a command that has ended."""
        if self._directory is not None and output:
            with self.open() as file:
                Path(file.name).write_bytes(output)

    def must_not_show(self, secret: str) -> str:
        """The secret, which is to be in no output."""
        self._secrets.add(secret)
        return secret

    def must_not_show_settings(self, environment: Mapping[str, str]) -> None:
        """The secrets and passwords among the settings of what is started."""
        for secret in environment.get("KANAL_JWT_SECRET", "").split(","):
            if secret:
                self.must_not_show(secret.strip())
        for name in ("KANAL_DATABASE_URL", "KANAL_DATABASE_REPLICA_URL", "KANAL_FEED_URL"):
            with suppress(ValueError):  # what is no URL may be a test's subject
                if password := urlsplit(environment.get(name, "")).password:
                    self.must_not_show(password)

    def end(self) -> list[str]:
        """Where a secret was seen: the test, the line, and what stands around it."""
        if self._directory is None:
            return []
        logging.getLogger().removeHandler(self._handler)
        self._handler.close()
        seen = [
            f"{place}: {line}"
            for path, place in self._places.items()
            for line in lines_that_show(path.read_text(errors="replace"), self._secrets)
        ]
        shutil.rmtree(self._directory)
        self._directory = None
        return seen


OUTPUTS = Outputs()


def lines_that_show(text: str, secrets: Iterable[str]) -> Iterator[str]:
    """The lines of a text that show a secret, any token, or a part of a token that is among the
    secrets; without it."""
    whole, parts = set[str](), set[str]()
    for secret in secrets:
        pieces = secret.split(".")
        if _TOKEN.match(secret):
            parts.update(piece for piece in pieces[1:] if len(piece) >= _SHORTEST)
        else:
            whole.add(secret)
    whole = {secret for secret in whole if secret in text}
    found = parts.intersection(_PIECE.findall(text)) | whole
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("TOKEN="):
            continue  # the greeting of a service with a development secret is there to show it
        hidden = _TOKEN.sub(_HIDDEN, line)
        for secret in found:
            hidden = hidden.replace(secret, _HIDDEN)
        if hidden != line:
            yield f"line {number}: {hidden[:300]}"


_SHORTEST = 16
_HIDDEN = "<SECRET>"
_TOKEN = re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]+)?")
"""An object in base64url, and what follows: also one of which nobody has said that it is secret."""
_PIECE = re.compile(rf"[\w-]{{{_SHORTEST},}}")
