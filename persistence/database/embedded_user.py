"""The user of the system as whom the embedded Postgres runs where the service is root: Postgres
refuses to be root."""

import pwd
import shutil
import stat
import subprocess
from pathlib import Path

from persistence.database.embedded_programs import EmbeddedPostgresError


def let_in(user: str, data: Path, binaries: Path) -> None:
    """Make that user, where there is none, and let it have the data and reach the programs."""
    try:
        pwd.getpwnam(user)
    except KeyError:
        try:
            subprocess.run(  # noqa: S603
                ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin",  # noqa: S607
                 user],
                check=True,
                capture_output=True,
            )  # fmt: skip
        except (OSError, subprocess.CalledProcessError):
            raise EmbeddedPostgresError(
                f"Postgres does not run as root, and useradd cannot make the user {user}:"
                " make it, run Kanal as another user, or set KANAL_DATABASE_URL"
            ) from None
    shutil.chown(data, user, user)
    for place in (data, binaries):
        for parent in place.parents:
            mode = parent.stat().st_mode
            if not mode & stat.S_IXOTH:
                # To enter, not to list.
                parent.chmod(mode | stat.S_IXOTH)
