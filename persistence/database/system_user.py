"""What asyncpg takes from the system's user where a database URL leaves it out: their name, and the
certificates below their home directory. Says what of it is not to be had, since asyncpg's own
errors look like those of a server that is away, or like a fault of ours."""

from pathlib import Path

_CERTIFICATES = ("root.crt", "root.crl", "postgresql.key", "postgresql.crt")


def has_no_name(error: BaseException) -> bool:
    """Whether an error of `asyncpg.connect` is that the system has no name for its user: a
    KeyError, or from Python 3.13 on an OSError that comes of one."""
    cause = error if isinstance(error, KeyError) else error.__cause__
    return isinstance(cause, KeyError) and "getpwuid" in str(cause)


def unreadable_certificate() -> str | None:
    """The path of a certificate that asyncpg looks for and may not, with the reason; None where it
    may look for all of them."""
    try:
        directory = Path.home() / ".postgresql"
    except RuntimeError:
        return None
    for name in _CERTIFICATES:
        try:
            (directory / name).open().close()
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            return f"{error.filename}: {error.strerror}"
    return None
