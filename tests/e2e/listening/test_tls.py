"""TLS that ends in the service (KANAL_TLS_CERT, KANAL_TLS_KEY): stock clients over it, what is
spoken, a certificate that is renewed while clients are connected, and what is refused."""

import json
import re
import signal
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest

from tests.support import postgres
from tests.support.background import eventually
from tests.support.clients import PATIENCE, js_client, py_client
from tests.support.command_line import kanal
from tests.support.engine_io import CONNECT
from tests.support.http import User, bearer, created
from tests.support.service import RunningService, free_port, running_service, token_settings
from tests.support.stalled import stalled_client
from tests.support.stock_connections import connects_over_each_transport
from tests.support.tls import Certificate, made_certificate
from tests.support.tokens import token
from tests.support.workers import ended, workers

EXPIRED = -1


class Files:
    """The two files of a service, as they are written by whoever renews a certificate."""

    def __init__(self, folder: Path) -> None:
        self.certificate, self.key = folder / "cert.pem", folder / "key.pem"

    def put(self, made: Certificate, *, key: bytes | None = None) -> Certificate:
        self.certificate.write_bytes(made.certificate)
        self.key.write_bytes(key or made.key)
        return made

    @property
    def settings(self) -> dict[str, str]:
        return {"tls_cert": str(self.certificate), "tls_key": str(self.key)}


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


@pytest.fixture(scope="module")
def secure(
    postgres_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[RunningService, Certificate]]:
    files = Files(tmp_path_factory.mktemp("tls"))
    made = files.put(made_certificate())
    database_url = postgres.create_database(postgres_url)
    with running_service(database_url, **files.settings) as service:
        yield service, made


def shown(service: RunningService, **options: Any) -> bytes:
    """The certificate that a new connection is shown, in DER."""
    address = urlsplit(service.url)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    for name, value in options.items():
        setattr(context, name, value)
    with (
        socket.create_connection((address.hostname, address.port)) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as wrapped,
    ):
        certificate = wrapped.getpeercert(binary_form=True)
        assert certificate is not None
        return certificate


async def said(service: RunningService, words: str, count: int = 1) -> None:
    async def is_said() -> bool:
        return service.output.count(words) >= count

    await eventually(is_said, within=60)


async def test_stock_clients_connect_over_every_transport(
    secure: tuple[RunningService, Certificate],
) -> None:
    service, made = secure
    assert service.url.startswith("https://127.0.0.1:")
    await connects_over_each_transport(service.url)
    for transports in (["polling"], ["websocket"], None):
        async with py_client(
            service.url, auth={"token": token()}, transports=transports, tls=made.client()
        ) as client:
            await client.event("auth-success")
    assert service.troubles == ""
    assert "WARNING" not in service.output


def test_http_is_spoken_over_it_in_version_1_and_no_old_tls(
    secure: tuple[RunningService, Certificate], workspace: str
) -> None:
    service, made = secure
    with httpx.Client(base_url=service.url, verify=made.client(), timeout=PATIENCE) as http:
        answer = User(http, workspace).create("general")
        created(answer)
        assert (
            http.get(answer.headers["Location"], headers=bearer(token("bob", (workspace,)))).json()
            == answer.json()
        )
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.get(service.url.replace("https", "http"), timeout=PATIENCE)
    versions = ssl.TLSVersion
    for version in (versions.TLSv1_2, versions.TLSv1_3):
        assert shown(service, minimum_version=version, maximum_version=version) == made.der
    address = urlsplit(service.url)
    context = made.client()
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection((address.hostname, address.port)) as connection,
        context.wrap_socket(connection, server_hostname="localhost") as wrapped,
    ):
        assert wrapped.selected_alpn_protocol() == "http/1.1"
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with (
        pytest.warns(DeprecationWarning),
        pytest.raises((ssl.SSLError, ConnectionError)),
    ):
        old.minimum_version = old.maximum_version = versions.TLSv1_1
        with socket.create_connection((address.hostname, address.port)) as connection:
            old.wrap_socket(connection, server_hostname="localhost")


def test_pages_that_anybody_on_the_way_may_have_changed_are_not_its_own(
    secure: tuple[RunningService, Certificate],
) -> None:
    service, made = secure
    poll = "/socket.io/?EIO=4&transport=polling"
    with httpx.Client(base_url=service.url, verify=made.client(), timeout=PATIENCE) as http:
        insecure = service.url.replace("https", "http")
        assert http.get(poll, headers={"Origin": service.url}).status_code == 200
        assert http.get(poll, headers={"Origin": insecure}).status_code == 403


async def test_a_reader_that_does_not_read_is_cut(
    database_url: str, files: Files, workspace: str
) -> None:
    """What waits is counted though it waits encrypted."""
    made = files.put(made_certificate())
    access = token("alice", (workspace,))
    with (
        running_service(database_url, send_buffer="65536", **files.settings) as service,
        httpx.Client(base_url=service.url, verify=made.client(), timeout=PATIENCE) as http,
    ):
        async with stalled_client(service.url, access, tls=made.client()) as stalled:
            alice = User(http, workspace)

            async def is_cut() -> bool:
                created(alice.create(str(uuid4()), description="🙂" * 2_000))
                return "aborting a connection: too much waits" in service.output

            await eventually(is_cut, within=60)
            stalled.connection.transport.resume_reading()
            await stalled.cut()


async def test_a_renewed_certificate_is_shown_and_whoever_is_connected_stays(
    database_url: str, files: Files
) -> None:
    old = files.put(made_certificate())
    with running_service(database_url, **files.settings) as service:
        options = {"auth": {"token": token()}, "rejectUnauthorized": False, "reconnection": False}
        async with (
            js_client(service.url, transports=["websocket"], **options) as socket_,
            js_client(service.url, transports=["polling"], **options) as polled,
        ):
            for client in (socket_, polled):
                await client.event("auth-success")
            assert shown(service) == old.der
            new = files.put(made_certificate())
            service.process.send_signal(signal.SIGHUP)
            await said(service, "good until", 2)
            assert shown(service) == new.der
            assert old.der != new.der
            with httpx.Client(base_url=service.url, verify=new.client(), timeout=PATIENCE) as http:
                channel = created(User(http, "demo").create("general"))
            for client in (socket_, polled):
                assert await client.event("channel-created") == channel
                assert not [heard for heard in client.heard if heard.kind == "disconnect"]


@pytest.mark.parametrize("broken", ["a key of another", "no certificate", "no file", "encrypted"])
async def test_a_pair_that_cannot_be_used_changes_nothing(
    database_url: str, files: Files, broken: str
) -> None:
    old = files.put(made_certificate())
    with running_service(database_url, **files.settings) as service:
        match broken:
            case "a key of another":
                files.put(made_certificate(), key=old.key)
            case "no certificate":
                files.certificate.write_text("half of a certificate")
            case "no file":
                files.certificate.unlink()
            case "encrypted":
                files.put(made_certificate(password=b"secret"))
        service.process.send_signal(signal.SIGHUP)
        await said(service, "the certificate that is in use stays: KANAL_TLS_")
        assert shown(service) == old.der
        new = files.put(made_certificate())
        service.process.send_signal(signal.SIGHUP)
        await said(service, "good until", 2)
        assert shown(service) == new.der


async def test_workers_that_replace_others_show_it(database_url: str, files: Files) -> None:
    old = files.put(made_certificate())
    with running_service(database_url, workers="2", **files.settings) as service:
        before = list(workers(service).values())
        assert {shown(service) for _ in range(10)} == {old.der}
        files.put(made_certificate(), key=old.key)
        service.process.send_signal(signal.SIGHUP)
        await said(service, "the workers that serve go on")
        assert {shown(service) for _ in range(10)} == {old.der}
        new = files.put(made_certificate())
        service.process.send_signal(signal.SIGHUP)
        await said(service, "w2 is replaced")
        await ended(before)
        assert {shown(service) for _ in range(10)} == {new.der}


async def test_metrics_tell_when_the_certificate_ends_that_is_shown(
    database_url: str, files: Files
) -> None:
    files.put(made_certificate(days=3))
    with running_service(database_url, **files.settings) as service:
        assert _days_left(service) == pytest.approx(3, abs=0.1)
        files.put(made_certificate(days=90))
        assert _days_left(service) == pytest.approx(3, abs=0.1)
        service.process.send_signal(signal.SIGHUP)
        await said(service, "good until", 2)
        assert _days_left(service) == pytest.approx(90, abs=0.1)


def _days_left(service: RunningService) -> float:
    answer = httpx.get(f"{service.url}/metrics", verify=False, timeout=PATIENCE)
    end = re.search(r"^kanal_certificate_end_timestamp_seconds (.*)$", answer.text, re.MULTILINE)
    assert end is not None
    return (float(end[1]) - time.time()) / 86_400


def test_an_expired_certificate_is_a_warning(database_url: str, files: Files) -> None:
    made = files.put(made_certificate(days=EXPIRED))
    with running_service(database_url, **files.settings) as service:
        assert re.search(r"WARNING .* has expired: it ended \d{4}-\d\d-\d\dT", service.output)
        assert shown(service) == made.der


@pytest.mark.parametrize(
    ("broken", "line"),
    [
        ("no file", "KANAL_TLS_CERT: the file cannot be read: No such file or directory"),
        ("no key", "KANAL_TLS_KEY: the file has no private key in PEM"),
        ("no certificate", "KANAL_TLS_CERT: the file has no certificate in PEM"),
        ("a key of another", "KANAL_TLS_KEY is not the key of the certificate in KANAL_TLS_CERT"),
        ("encrypted", "KANAL_TLS_KEY: the key is encrypted, and there is nobody to decrypt it"),
        ("alone", "KANAL_TLS_CERT goes with KANAL_TLS_KEY: set both, or none"),
        ("http", "KANAL_NODE_URL must be https where KANAL_TLS_CERT is set"),
    ],
)
@pytest.mark.parametrize("count", ["1", "2"])
def test_a_pair_that_cannot_be_used_stops_the_start_in_one_line(
    database_url: str, files: Files, broken: str, line: str, count: str
) -> None:
    made = files.put(made_certificate())
    settings = {"database_url": database_url, "port": "0", "workers": count, **files.settings}
    match broken:
        case "no file":
            files.certificate.unlink()
        case "no key":
            files.key.write_text("no key")
        case "no certificate":
            files.certificate.write_text("half of a certificate")
        case "a key of another":
            files.put(made_certificate(), key=made.key)
        case "encrypted":
            files.put(made_certificate(password=b"secret"))
        case "alone":
            del settings["tls_key"]
        case "http":
            settings["node_url"] = "http://127.0.0.1:8000"
    done = kanal("serve", **settings, **token_settings())
    assert (done.returncode, done.stdout) == (1, "")
    assert re.findall("^kanal: (.*)$", done.stderr, re.MULTILINE) == [line]
    assert "Traceback" not in done.stderr


def test_links_between_nodes_go_over_it(
    database_url: str, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a node that is reached at its URL alone, as one of another machine is."""
    made = files.put(made_certificate())
    monkeypatch.setenv("SSL_CERT_FILE", str(files.certificate))
    port = str(free_port())
    with (
        running_service(
            database_url, port=port, node_url=f"https://127.0.0.1:{port}", **files.settings
        ) as node,
        running_service(database_url) as other,
        httpx.Client(base_url=node.url, verify=made.client(), timeout=PATIENCE) as at_node,
        httpx.Client(base_url=other.url, timeout=PATIENCE) as at_other,
    ):
        path = "/socket.io/?EIO=4&transport=polling"
        path += f"&sid={json.loads(at_node.get(path).text[1:])['sid']}"
        assert at_other.post(path, content=CONNECT).text == "OK"
        assert at_other.get(path).text.startswith(CONNECT)
        assert node.troubles + other.troubles == ""
