"""Settings in files: each KANAL_X may be given as KANAL_X_FILE, the path of a file with its value,
as container platforms mount secrets."""

from collections.abc import Mapping
from pathlib import Path

MAX_BYTES = 1_048_576
"""More is no setting, but the wrong file."""

SUFFIX = "_FILE"


class FileError(ValueError):
    """A file that cannot be read; the message names the variable and quotes nothing."""


def read_setting(environment: Mapping[str, str], name: str) -> str | None:
    """The value of a setting: from the environment, or from the file that it names, with one
    newline at its end taken off. What is empty in the environment is not set.

    Raises FileError.
    """
    value, path = environment.get(name), environment.get(name + SUFFIX)
    if value and path:
        raise FileError(f"{name} and {name}{SUFFIX} are both set")
    return _content(name + SUFFIX, path) if path else value or None


def _content(name: str, path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        why = error.strerror if isinstance(error, OSError) else "it is no path"
        raise FileError(f"{name}: the file cannot be read: {why}") from None
    if len(content) > MAX_BYTES:
        raise FileError(f"{name}: the file has more than {MAX_BYTES} bytes")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise FileError(f"{name}: the file is not UTF-8") from None
    text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise FileError(f"{name}: the file is empty")
    return text
