"""The type of the setting KANAL_BASE_PATH: a path, or nothing, which a `/` alone means too."""

import re
from typing import Annotated, TypeAlias

from pydantic import AfterValidator

from transport.http.base_path import FIRST_SEGMENTS

MAX_LENGTH = 200
"""Characters."""

_PATH = re.compile(r"(/(?!\.{1,2}(/|$))[A-Za-z0-9._~-]+)+")


def _base_path(text: str) -> str:
    path = text.rstrip("/")
    if not path:
        return ""
    if len(path) > MAX_LENGTH or _PATH.fullmatch(path) is None:
        raise ValueError(
            f"must be a path such as /kanal, of at most {MAX_LENGTH} letters, digits and - . _ ~ /"
        )
    first = path.split("/")[1]
    if first in FIRST_SEGMENTS:
        raise ValueError(f"must not begin with /{first}, as paths of the service itself do")
    return path


BasePathSetting: TypeAlias = Annotated[str, AfterValidator(_base_path)]
"""Without a `/` at its end."""
