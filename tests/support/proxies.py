"""Real proxies before a service, where they are installed, with the files of `docs/proxies.md`.

`apt-get install nginx-light haproxy`; Caddy from wherever it is had.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.clients import PATIENCE
from tests.support.service import free_port

DOCUMENT = Path(__file__).parents[2] / "docs" / "proxies.md"

CERTIFICATE = "/etc/kanal/tls.pem"
"""Where the files look for certificate and key."""


@dataclass(frozen=True)
class Proxy:
    """A program, how it is run with a file in the current directory, and how it checks one."""

    name: str
    run: tuple[str, ...]
    check: tuple[str, ...]

    @property
    def program(self) -> str | None:
        return shutil.which(self.name, path=os.environ.get("PATH", "") + ":/usr/sbin")

    def file(self) -> str:
        """Its file in the document."""
        found = re.search(rf"^```{self.name}\n(.*?)^```$", DOCUMENT.read_text(), re.M | re.S)
        assert found is not None, f"{DOCUMENT} has no file for {self.name}"
        return found[1]


_NGINX = ("-p", ".", "-e", "log", "-c", "file", "-g", "daemon off; pid pid;")

PROXIES = {
    "nginx": Proxy("nginx", _NGINX, ("-t", *_NGINX)),
    "haproxy": Proxy("haproxy", ("-db", "-f", "file"), ("-c", "-f", "file")),
    "caddy": Proxy(
        "caddy",
        ("run", "--config", "file", "--adapter", "caddyfile"),
        ("validate", "--config", "file", "--adapter", "caddyfile"),
    ),
}

EACH_PROXY = [
    pytest.param(
        proxy,
        id=name,
        marks=pytest.mark.skipif(proxy.program is None, reason=f"{name} is not installed"),
    )
    for name, proxy in PROXIES.items()
]
"""For parametrize: those that are not installed are skipped."""


@contextmanager
def proxied(proxy: Proxy, directory: Path, file: str, nodes: Sequence[str]) -> Iterator[str]:
    """Run it with a file in which the three nodes are at the addresses `nodes`, in turn; answers
    the URL at which it serves them over TLS. The directory holds their certificate."""
    file = file.replace(CERTIFICATE, str(directory / "localhost.pem"))
    with _running(proxy, directory, file, nodes) as port:
        yield f"https://localhost:{port}"


@contextmanager
def plainly_proxied(
    proxy: Proxy, directory: Path, file: str, nodes: Sequence[str]
) -> Iterator[str]:
    """The same without TLS, of nginx and HAProxy."""
    without = re.sub(r" ssl crt \S+|(?<=443) ssl|ssl_certificate.*;", "", file)
    with _running(proxy, directory, without, nodes) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(proxy: Proxy, directory: Path, file: str, nodes: Sequence[str]) -> Iterator[int]:
    """Answers the port at which it listens."""
    port = free_port()
    for number, place in enumerate(re.findall(r"10\.0\.0\.\d:8000", file)):
        file = file.replace(place, nodes[number % len(nodes)], 1)
    file = _as_an_ordinary_user(file, port)
    (directory / "file").write_text(file)
    environment = {"PATH": os.defpath, "HOME": str(directory)}
    with (directory / "output").open("w") as output:

        def start(arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
            return subprocess.Popen(
                [str(proxy.program), *arguments],
                cwd=directory,
                env=environment,
                stdout=output,
                stderr=output,
            )

        assert start(proxy.check).wait() == 0, (directory / "output").read_text()
        process = start(proxy.run)
        try:
            _until_it_listens(process, port, directory / "output")
            yield port
        finally:
            process.terminate()
            process.wait()


def _as_an_ordinary_user(file: str, port: int) -> str:
    """The file with what else a proxy needs to run beside others, for whoever may write to the
    current directory alone."""
    paths = "".join(
        f"{name}_temp_path {name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    for said, instead in {
        "listen 443": f"listen 127.0.0.1:{port}",
        "\nhttp {": f"\nhttp {{ access_log off; {paths}",
        "worker_processes auto;": "worker_processes 1;",
        "maxconn 20000": "maxconn 1000",
        "bind :443": f"bind 127.0.0.1:{port}",
        "kanal.example {": f"{{\nadmin off\nauto_https disable_redirects\n}}\nlocalhost:{port} {{",
    }.items():
        file = file.replace(said, instead)
    return file


def _until_it_listens(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            return
        time.sleep(0.01)
    raise AssertionError(f"the proxy does not listen: {log.read_text()}")
