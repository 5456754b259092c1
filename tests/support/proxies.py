"""Real proxies before a service, where they are installed, with the files of `docs/proxies.md`.

`apt-get install nginx-light haproxy`; Caddy, Traefik and Envoy from wherever they are had.
"""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
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
    filename: str = "file"
    beside: Mapping[str, str] = field(default_factory=dict)
    """Further files, by how they are called in the document."""
    listens_early: bool = False
    """It listens, and answers 404 itself, before it has read where to."""

    @property
    def program(self) -> str | None:
        return shutil.which(self.name, path=os.environ.get("PATH", "") + ":/usr/sbin")

    def file(self, name: str | None = None) -> str:
        """Its file in the document, or one of those beside it."""
        name = name or self.name
        found = re.search(rf"^```{name}\n(.*?)^```$", DOCUMENT.read_text(), re.M | re.S)
        assert found is not None, f"{DOCUMENT} has no file for {name}"
        return found[1]


_NODE = r"10\.0\.0\.\d(?::8000|, port_value: 8000)"

_NGINX = ("-p", ".", "-e", "log", "-c", "file", "-g", "daemon off; pid pid;")

PROXIES = {
    "nginx": Proxy("nginx", _NGINX, ("-t", *_NGINX)),
    "haproxy": Proxy("haproxy", ("-db", "-f", "file"), ("-c", "-f", "file")),
    "caddy": Proxy(
        "caddy",
        ("run", "--config", "file", "--adapter", "caddyfile"),
        ("validate", "--config", "file", "--adapter", "caddyfile"),
    ),
    "traefik": Proxy(
        "traefik",
        ("--configFile=static.yaml",),
        ("version",),  # it cannot check a file
        "kanal.yaml",
        {"static.yaml": "traefik-static"},
        listens_early=True,
    ),
    "envoy": Proxy(
        "envoy",
        ("--config-path", "file.yaml", "--base-id", "{base_id}", "--concurrency", "1"),
        ("--mode", "validate", "--config-path", "file.yaml"),
        "file.yaml",
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
    for number, place in enumerate(re.findall(_NODE, file)):
        node = nodes[number % len(nodes)]
        if "port_value" in place:
            node = node.replace(":", ", port_value: ")
        file = file.replace(place, node, 1)
    (directory / proxy.filename).write_text(_as_an_ordinary_user(file, port))
    for filename, name in proxy.beside.items():
        beside = _as_an_ordinary_user(proxy.file(name), port)
        (directory / filename).write_text(beside.replace("/etc/kanal", str(directory)))
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
        # Envoys of one machine must have numbers of their own.
        process = start([each.format(base_id=port) for each in proxy.run])
        try:
            _until_it_listens(process, port, directory / "output")
            if proxy.listens_early:
                _until_it_has_routes(port)
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
        'address: ":443"': f'address: "127.0.0.1:{port}"',
        "address: 0.0.0.0, port_value: 443": f"address: 127.0.0.1, port_value: {port}",
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


def _until_it_has_routes(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    with httpx.Client(verify=False) as http:
        while time.monotonic() < deadline:
            with suppress(httpx.TransportError):
                answer = http.get(f"https://localhost:{port}/kanal/health/live")
                if answer.text != "404 page not found\n":  # Kanal's are JSON
                    return
            time.sleep(0.01)
    raise AssertionError("the proxy answers 404")
