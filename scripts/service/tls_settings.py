"""The type of the settings KANAL_TLS_CERT and KANAL_TLS_KEY: the path of a file in PEM. It stays a
path, since the file is read again when it has changed."""

from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator


def _path(value: Any) -> Any:
    if isinstance(value, str) and "-----BEGIN" in value:
        raise ValueError("must be the path of a file, and is the text of one: leave out the _FILE")
    return value


PemPathSetting: TypeAlias = Annotated[Path, BeforeValidator(_path)]
"""`/etc/kanal/tls.pem`."""
