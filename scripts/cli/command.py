"""What all subcommands do: find the database, run to the end, fail with one line."""

import gc
import logging
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
import uvloop

from domain.errors import DomainError
from persistence.database.embedded import EmbeddedPostgres
from persistence.database.embedded_programs import EmbeddedPostgresError
from persistence.database.session_settings import InvalidDatabaseUrl
from persistence.database.system_errors import in_words
from scripts.service.log_formats import escaped
from scripts.service.log_lines import is_logging_json
from scripts.service.settings import Settings, SettingsError
from transport.errors import Refused

logger = logging.getLogger("kanal")


@contextmanager
def database_url(settings: Settings, *, nodes: int = 1, may_create: bool = False) -> Iterator[str]:
    """The URL of the database in the settings, or of the embedded one where they have none, which
    is for so many nodes.

    Raises EmbeddedPostgresError, also where there is no embedded one and none is to be made: what
    is for a log that exists must not take a new one for it.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
    else:
        with EmbeddedPostgres(settings.data_dir, nodes=nodes, may_create=may_create) as url:
            yield url


@contextmanager
def one_line_errors() -> Iterator[None]:
    """End with one line and exit status 1 for errors that an operator can mend."""
    try:
        yield
    except (SettingsError, EmbeddedPostgresError) as error:
        fail(str(error))
    except InvalidDatabaseUrl as error:
        fail(f"KANAL_DATABASE_URL: {error}")
    except (DomainError, Refused) as error:
        fail(error.message)
    except BrokenPipeError:
        raise  # nobody reads on, and there is nobody to tell
    except OSError as error:
        fail(in_words(error))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end, on uvloop."""
    # What is there by now stays, and of the many objects made from here on few are in cycles: the
    # collector looks for those less often than it does by itself.
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    uvloop.run(main)


def fail(message: str) -> NoReturn:
    """End with exit status 1 and the message on standard error, in one line; it is one of the log
    where programs read that."""
    line = " ".join(message.split())
    if is_logging_json():
        logger.error("%s", line)
    else:
        print(f"kanal: {escaped(line)}", file=sys.stderr)
    raise typer.Exit(1)
