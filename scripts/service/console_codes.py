"""The codes of the console's link: a development service prints one, and takes it once, in
whichever worker it comes to."""

import secrets
import stat
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

GOOD_FOR = 12 * 3600
"""Seconds."""


class ConsoleCodes:
    """Codes as files, each named by the hash of one: whoever can remove it has used the code."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def issue(self) -> str:
        """A new code. Raises OSError."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in self._old():
            path.unlink(missing_ok=True)
        code = secrets.token_urlsafe(32)
        self._path(code).touch(mode=0o600)
        return code

    def take(self, code: str) -> bool:
        """Whether the code is good; it is so once."""
        path = self._path(code)
        try:
            age = time.time() - path.stat().st_mtime
            path.unlink()
        except OSError:
            return False
        return age < GOOD_FOR

    def _path(self, code: str) -> Path:
        return self._directory / sha256(code.encode(errors="replace")).hexdigest()

    def _old(self) -> Iterator[Path]:
        for path in self._directory.iterdir():
            try:
                found = path.lstat()
            except OSError:  # used meanwhile
                continue
            if stat.S_ISREG(found.st_mode) and time.time() - found.st_mtime >= GOOD_FOR:
                yield path
