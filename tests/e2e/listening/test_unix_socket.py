"""A service at a socket of the file system (KANAL_HOST=unix:/…): behind proxies, for whom its mode
lets in, in the place of one that was left, and of none that is served."""

import fcntl
import os
import re
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.command_line import kanal
from tests.support.http import User, bearer, created
from tests.support.proxies import EACH_PROXY, Proxy, proxied
from tests.support.service import running_service, token_settings
from tests.support.stock_connections import connects_over_each_transport
from tests.support.tls import tls_contexts
from tests.support.tokens import token
from tests.support.workers import ended, processes, workers

HOST_AND_PORT = r"10\.0\.0\.\d:8000"
AT_A_SOCKET = {
    "nginx": (HOST_AND_PORT, "unix:{}"),
    "haproxy": (HOST_AND_PORT, "unix@{}"),
    "caddy": (HOST_AND_PORT, "unix/{}"),
    "envoy": (r"socket_address: \{address: 10\.0\.0\.\d, port_value: 8000\}", "pipe: {{path: {}}}"),
}
"""What stands in a proxy's file in the place of a node's address. Traefik has no such thing."""

BAD = bearer(token(secret="another secret, thirty-two bytes or more"))


@pytest.fixture
def path() -> Iterator[Path]:
    """In a directory whose path is short: that of a socket has about a hundred bytes."""
    with TemporaryDirectory(prefix="kanal-") as directory:
        Path(directory).chmod(0o711)  # nginx goes there as another user, where it is run by root
        yield Path(directory) / "kanal.sock"


def over(path: Path) -> httpx.Client:
    way = httpx.HTTPTransport(uds=str(path))
    return httpx.Client(base_url="http://kanal", transport=way, timeout=PATIENCE)


def refused(path: Path, database_url: str) -> str:
    """The line with which a service ends that is to listen there."""
    settings = {"database_url": database_url, "host": f"unix:{path}", **token_settings()}
    done = kanal("serve", **settings)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = re.findall("^kanal: .*$", done.stderr, re.MULTILINE)
    return line


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """As whoever may read it can have it."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def pasted(line: str) -> str:
    """What a line prints in a shell."""
    return subprocess.run(["sh", "-c", line], check=True, stdout=subprocess.PIPE, text=True).stdout


@pytest.mark.parametrize("proxy", [each for each in EACH_PROXY if each.id in AT_A_SOCKET])
async def test_clients_connect_through_a_proxy_and_their_addresses_count(
    proxy: Proxy, database_url: str, path: Path, tmp_path: Path, workspace: str
) -> None:
    _, context = tls_contexts(tmp_path)
    address, at_a_socket = AT_A_SOCKET[proxy.name]
    file = re.sub(address, at_a_socket.format(path), proxy.file())
    with (
        running_service(
            database_url,
            host=f"unix:{path}",
            socket_mode="666",
            trusted_proxies="unix",
            rate_auth="1/hour",
        ) as service,
        proxied(proxy, tmp_path, file, []) as url,
        httpx.Client(base_url=url, verify=context, timeout=PATIENCE) as http,
        over(path) as directly,
    ):
        await connects_over_each_transport(url)
        alice = User(http, workspace)
        answer = alice.create("general")
        created(answer)
        read = answer.headers["Location"]
        assert http.get(read, headers=alice.headers).json() == answer.json()
        # What one address has used up is its own, and the proxy says whose it is.
        here = {"X-Forwarded-For": "198.51.100.7"}
        statuses = [directly.get(read, headers={**BAD, **here}).status_code for _ in range(101)]
        assert statuses == [401] * 100 + [429]
        assert http.get(read, headers={**BAD, **here}).status_code == 401
        assert service.troubles == ""


def test_only_whom_the_mode_lets_in_may_connect_and_it_is_removed_at_the_end(
    database_url: str, path: Path
) -> None:
    for given, mode in (("", 0o660), ("600", 0o600)):
        with running_service(database_url, host=f"unix:{path}", socket_mode=given) as service:
            assert service.url == f"unix:{path}"
            assert stat.S_IMODE(path.stat().st_mode) == mode
            with over(path) as http:
                assert http.get("/health/ready").status_code == 200
            assert service.stop() == 0
            assert list(path.parent.iterdir()) == []


def test_one_that_was_left_is_replaced_and_one_that_is_served_is_not(
    database_url: str, path: Path
) -> None:
    with running_service(database_url, host=f"unix:{path}") as killed:
        assert killed.stop(signal.SIGKILL) == -signal.SIGKILL
    assert path.is_socket()
    with running_service(database_url, host=f"unix:{path}"):
        assert refused(path, database_url) == (
            f"kanal: cannot listen on unix:{path}: Address already in use"
        )
        with over(path) as http:
            assert http.get("/health/live").status_code == 200
    path.write_text("a file of somebody's")
    assert "there is something that is no socket" in refused(path, database_url)
    assert path.read_text() == "a file of somebody's"
    assert "No such file or directory" in refused(path.parent / "no" / "k.sock", database_url)
    assert "path too long" in refused(path.parent / ("k" * 120), database_url)


def test_a_newer_ones_is_not_removed(database_url: str, path: Path) -> None:
    """One that somebody has put in its place by hand, since a service does not."""
    with running_service(database_url, host=f"unix:{path}") as service:
        path.unlink()
        with socket.socket(socket.AF_UNIX) as newer:
            newer.bind(str(path))
            newer.listen()
            assert service.stop() == 0
            assert path.is_socket()


def test_what_lies_beside_it_stays_and_a_path_may_be_as_long_as_the_system_takes(
    database_url: str, path: Path
) -> None:
    longest = path.with_name("k" * (107 - len(f"{path.parent}/")))
    hidden, directory = (path.with_name(f".{each.name}") for each in (path, longest))
    hidden.write_text("a file of somebody's")
    directory.mkdir()
    for each in (path, longest):
        with running_service(database_url, host=f"unix:{each}"), over(each) as http:
            assert http.get("/health/live").status_code == 200
    assert hidden.read_text() == "a file of somebody's"
    assert set(path.parent.iterdir()) == {hidden, directory}


def test_who_keeps_the_directory_locked_keeps_nobody_waiting(database_url: str, path: Path) -> None:
    with running_service(database_url, host=f"unix:{path}") as service, locked(path.parent):
        why = "another program keeps its directory locked"
        assert refused(path.with_name("k.sock"), database_url) == (
            f"kanal: cannot listen on unix:{path.parent}/k.sock: {why}"
        )
        settings = {"database_url": database_url, "host": f"unix:{path}", **token_settings()}
        assert f"{path}: {why}" in kanal("doctor", **settings).stdout
        assert service.stop() == 0
        assert list(path.parent.iterdir()) == []


async def test_workers_share_it(database_url: str, path: Path) -> None:
    with running_service(database_url, host=f"unix:{path}", workers="2") as service:
        before = list(workers(service).values())

        async def are_ready() -> bool:
            with over(path) as http:
                http.timeout = httpx.Timeout(60)
                states = http.get("/health/ready").json()["workers"]
            return states == {"w1": "ready", "w2": "ready"}

        await eventually(are_ready)
        for process in before:
            process.kill()
        await ended(before)
        await eventually(are_ready, within=60)  # it is the parent's, who starts them again
        assert not {each.pid for each in before} & {each.pid for each in processes(service)}
        assert service.stop() == 0
        assert not path.exists()


def test_what_it_prints_to_paste_creates_a_channel(
    database_url: str, path: Path, tmp_path: Path
) -> None:
    """With the development secret, since nobody reaches it from elsewhere."""
    with running_service(
        database_url, host=f"unix:{path}", jwt_secret="", data_dir=str(tmp_path / "data")
    ) as service:
        (access,) = re.findall("^(TOKEN=.*)$", service.output, re.MULTILINE)
        (curl,) = re.findall("^(curl -*.*)$", service.output, re.MULTILINE)
        assert pasted(f"{access}; {curl}").startswith("HTTP/1.1 201")
        (docs,) = re.findall("described: (.*)$", service.output, re.MULTILINE)
        assert "asyncapi" in pasted(docs)
