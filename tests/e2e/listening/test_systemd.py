"""Under systemd: the socket that it hands over is listened on, nobody is refused while the service
is away, and it is told when the service is ready and when it stops."""

import os
import re
import shutil
import socket
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import httpx
import pytest

from tests.support.clients import PATIENCE
from tests.support.program import KANAL
from tests.support.raw_http import LAST
from tests.support.service import Handing, free_port, running_service, token_settings
from tests.support.socket_activation import handing_over, notify_socket
from tests.support.workers import workers

ACTIVATE = shutil.which("systemd-socket-activate")


def bound(host: str = "127.0.0.1") -> socket.socket:
    return socket.create_server((host, 0))


def answer(connection: socket.socket) -> str:
    """All that comes until the end of a connection."""
    with connection, connection.makefile("rb") as incoming:
        return incoming.read().decode()


def refused(handing: Handing) -> str:
    """The line with which a service ends that is handed something to listen on."""
    environment = {name: value for name, value in os.environ.items() if name[:6] != "KANAL_"}
    done = subprocess.run(
        handing.command,
        env={**environment, **token_settings(), "KANAL_DATABASE_URL": "postgresql://nowhere/"},
        pass_fds=handing.descriptors,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = re.findall("^kanal: .*$", done.stderr, re.MULTILINE)
    return line


def test_the_socket_that_is_handed_over_is_listened_on(database_url: str) -> None:
    with (
        bound() as listener,
        running_service(
            database_url, host="0.0.0.0", port="1", command=handing_over(listener, names="web")
        ) as service,
    ):
        port = listener.getsockname()[1]
        assert service.url == f"http://127.0.0.1:{port}"
        assert httpx.get(f"{service.url}/health/ready", timeout=PATIENCE).status_code == 200
        assert "listening on the socket web, handed over by systemd" in service.output


def test_one_of_the_file_system_is_left_to_who_made_it(database_url: str) -> None:
    with TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX) as listener:
        path = Path(directory) / "kanal.sock"
        listener.bind(str(path))
        listener.listen()
        with running_service(database_url, command=handing_over(listener)) as service:
            assert service.url == f"unix:{path}"
            with httpx.Client(
                transport=httpx.HTTPTransport(uds=str(path)), timeout=PATIENCE
            ) as http:
                assert http.get("http://kanal/health/ready").status_code == 200
            assert service.stop() == 0
        assert path.is_socket()


@pytest.mark.parametrize("count", ["1", "2"])
def test_nobody_is_refused_while_the_service_is_away(database_url: str, count: str) -> None:
    with bound() as listener:
        for _ in range(2):
            waiting = socket.create_connection(listener.getsockname())
            waiting.sendall(LAST)
            with running_service(
                database_url, workers=count, command=handing_over(listener)
            ) as service:
                assert answer(waiting).startswith("HTTP/1.1 200")
                if count == "2":
                    assert set(workers(service)) == {"w1", "w2"}
                assert service.stop() == 0


def test_what_is_handed_to_another_process_is_left_alone(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PID": "1", "FDS": "1", "FDNAMES": "web"}.items():
        monkeypatch.setenv(f"LISTEN_{name}", value)
    port = str(free_port())
    with running_service(database_url, port=port) as service:
        assert service.url == f"http://127.0.0.1:{port}"


def test_what_cannot_be_listened_on_is_refused_in_one_line() -> None:
    with bound() as one, bound() as two:
        line = refused(handing_over(one, two, names="web:admin"))
        assert line.endswith("there are 2 (web, admin), and Kanal listens on one")
        with socket.create_connection(one.getsockname()) as connection:
            assert refused(handing_over(connection)).endswith("(Accept=no)")
    with socket.socket(type=socket.SOCK_DGRAM) as datagrams:
        assert refused(handing_over(datagrams)).endswith("(ListenStream=)")
    with socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0kanal-{uuid4()}")
        abstract.listen()
        assert "it is abstract" in refused(handing_over(abstract))
    with Path(os.devnull).open() as file:
        assert refused(handing_over(file)).endswith("no socket")  # type: ignore[arg-type]


def test_the_development_secret_does_for_a_socket_on_loopback_alone(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever KANAL_HOST says, which is not where it listens."""
    started = {"jwt_secret": "", "data_dir": str(tmp_path), "host": "127.0.0.1"}
    with (
        bound() as listener,
        running_service(database_url, **started, command=handing_over(listener)) as service,
    ):
        assert "TOKEN=" in service.output
    with (
        pytest.raises(AssertionError, match="must be set to bind"),
        bound("0.0.0.0") as listener,
        running_service(database_url, **started, command=handing_over(listener)),
    ):
        pass


@pytest.mark.skipif(ACTIVATE is None, reason="systemd-socket-activate is not installed")
def test_it_starts_at_the_first_connection_which_is_answered(database_url: str) -> None:
    port = free_port()
    environment = {**os.environ, "KANAL_DATABASE_URL": database_url, **token_settings()}
    passed_on = [f"-E{name}" for name in environment]
    assert ACTIVATE is not None
    with subprocess.Popen(
        [ACTIVATE, "-l", f"127.0.0.1:{port}", *passed_on, KANAL, "serve"],
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stderr is not None
            assert "Listening on" in process.stderr.readline()
            first = socket.create_connection(("127.0.0.1", port), PATIENCE)
            first.sendall(LAST)
            assert answer(first).startswith("HTTP/1.1 200")
        finally:
            process.terminate()
        assert "handed over by systemd" in process.stderr.read()


@pytest.mark.parametrize("count", ["1", "2"])
def test_systemd_is_told_when_it_is_ready_and_when_it_stops(
    database_url: str, monkeypatch: pytest.MonkeyPatch, count: str
) -> None:
    with TemporaryDirectory() as directory, notify_socket(Path(directory) / "notify") as told:
        monkeypatch.setenv("NOTIFY_SOCKET", f"{directory}/notify")
        with running_service(database_url, workers=count) as service:
            httpx.get(f"{service.url}/health/ready", timeout=PATIENCE)
            assert told.so_far() == ["READY=1"]
            assert service.stop() == 0
            assert told.so_far() == ["STOPPING=1"]


def test_nobody_to_be_told_keeps_it_from_nothing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", "/nowhere/notify")
    with running_service(database_url) as service:
        assert httpx.get(f"{service.url}/health/ready", timeout=PATIENCE).status_code == 200
        assert "systemd cannot be told READY=1: No such file or directory" in service.output
