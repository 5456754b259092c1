"""The disk of the embedded Postgres: whether there is room."""

import os
import shutil
from pathlib import Path

from persistence.database.system_errors import in_words
from scripts.cli.doctor.finding import Finding, fault, ok, warning
from scripts.service.settings import Settings

LEAST = 512 * 2**20
"""Bytes free with which the server can go on for a while."""

SOON = 4 * 2**30
"""Bytes free; its write-ahead log alone may take two gigabytes of them."""


def check_disk(settings: Settings) -> list[Finding]:
    """Nothing is said of a database that is elsewhere."""
    if settings.database_url is not None:
        return []
    place = Path(os.path.realpath(settings.data_dir))
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        return [fault("disk", in_words(error), "let KANAL_DATA_DIR be a directory of this user")]
    if not os.access(place, os.W_OK | os.X_OK):
        return [fault("disk", f"{place} cannot be written to", "let it belong to this user")]
    found = f"{free / 2**30:.1f} GiB free for {settings.data_dir}"
    if free < LEAST:
        return [fault("disk", found, "make room: Postgres stops when the disk is full")]
    if free < SOON:
        return [warning("disk", found, "make room soon")]
    return [ok("disk", found)]
