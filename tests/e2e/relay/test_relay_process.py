"""`kanal relay` as operators run it: killed, stopped, measured, as a role that may only read, and
at servers that want to know who it is."""

import asyncio
import re
import signal
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.integration.relay.test_relay import appended
from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.nats_server import NatsServer, running_nats
from tests.support.node import open_node
from tests.support.outputs import OUTPUTS
from tests.support.postgres import StoppableServer, create_database
from tests.support.relay_process import RelayProcess, running_relay
from tests.support.relayed import has_all
from tests.support.service import free_port
from tests.support.tls import made_certificate


async def says(relay: RelayProcess, text: str) -> None:
    async def has_said() -> bool:
        return text in relay.output

    await eventually(has_said, within=30)


async def test_a_relay_that_is_killed_again_and_again_leaves_a_whole_stream(
    nats_server: NatsServer, database_url: str
) -> None:
    async with open_node(database_url) as node:
        with running_relay(database_url, nats_server.url) as relay:
            await appended(node, 20)
            await has_all(nats_server, node)
            for _ in range(3):
                await appended(node, 1_500)
                await asyncio.sleep(0)
                await says(relay, "publishes to KANAL-")
                await asyncio.to_thread(relay.kill)
                await asyncio.to_thread(relay.start)
            await has_all(nats_server, node)
            assert await asyncio.to_thread(relay.stop) == 0
            assert f"the stream has the log up to position {await node.log.head()}" in relay.output


async def test_it_waits_while_postgres_is_restarted(
    nats_server: NatsServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    server = StoppableServer(tmp_path_factory.mktemp("postgres"))
    server.start()
    try:
        url = await asyncio.to_thread(create_database, server.url)
        with running_relay(url, nats_server.url) as relay:
            async with open_node(url) as node:
                await appended(node, 20)
                await has_all(nats_server, node)
            await asyncio.to_thread(server.kill)
            await says(relay, "database away")
            await asyncio.to_thread(server.start)
            async with open_node(url) as node:
                await appended(node, 20)
                told = await has_all(nats_server, node)
                lineage = await node.stored.lineage()
            assert len(lineage.epochs) == 2  # and it is the same stream
            assert told.stream == f"KANAL-{lineage.epochs[0].id}"
    finally:
        await asyncio.to_thread(server.stop)


async def test_a_role_that_may_only_read_is_enough_and_metrics_say_how_far_it_is(
    nats_server: NatsServer, database_url: str
) -> None:
    role, metrics = f"relay_{uuid4().hex}", free_port()
    admin = await asyncpg.connect(database_url)
    async with open_node(database_url) as node:
        await appended(node, 20)
        await admin.execute(
            f"CREATE ROLE {role} LOGIN;"
            f"GRANT SELECT ON stored_events, log_head, log_epochs, checkpoints TO {role}"
        )
        url = urlsplit(database_url)._replace(netloc=f"{role}@").geturl()
        with running_relay(url, nats_server.url, "--metrics", str(metrics)) as relay:
            await has_all(nats_server, node)

            async def position() -> bool:
                async with httpx.AsyncClient(timeout=PATIENCE) as client:
                    said = (await client.get(f"http://127.0.0.1:{metrics}/metrics")).text
                return "kanal_relay_position 20.0" in said and "kanal_relay_publishing 1.0" in said

            await eventually(position)
            assert await asyncio.to_thread(relay.stop, signal.SIGINT) == 0
        await admin.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
    await admin.close()


PASSWORD = "pass:w@rd/€"


async def test_a_password_is_shown_over_tls_alone_and_is_in_no_line(
    nats_server: NatsServer, database_url: str, tmp_path: Path
) -> None:
    made = made_certificate()
    for name, content in (("cert.pem", made.certificate), ("key.pem", made.key)):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "nats.conf").write_text(
        f'authorization {{ user: "kanal", password: "{PASSWORD}" }}\n'
        f'tls {{ cert_file: "{tmp_path}/cert.pem", key_file: "{tmp_path}/key.pem" }}\n'
    )
    OUTPUTS.must_not_show(PASSWORD)
    OUTPUTS.must_not_show(quote(PASSWORD, safe=""))
    options = ("-c", str(tmp_path / "nats.conf"))
    async with open_node(database_url):
        pass  # there is a log
    with running_nats(nats_server.program, tmp_path / "tls", *options) as server:
        address = f"127.0.0.1:{server.port}"
        url = f"tls://kanal:{quote(PASSWORD, safe='')}@{address}"
        with running_relay(database_url, feed_url=url) as relay:  # whose certificate is that?
            await says(relay, "CERTIFICATE_VERIFY_FAILED")
        (tmp_path / "url").write_text(url + "\n")
        trusted = {"feed_ca": str(tmp_path / "cert.pem"), "feed_url_file": str(tmp_path / "url")}
        with running_relay(database_url, **trusted) as relay:
            await says(relay, "publishes to KANAL-")
        with running_relay(database_url, f"tls://kanal:no@{address}", **trusted) as relay:
            assert await asyncio.to_thread(relay.process.wait, 30) == 1
            assert re.search("refuses: .*Authorization", relay.output)
        clear = url.replace(address, f"127.0.0.1:{nats_server.port}")
        with running_relay(database_url, clear) as relay:
            await says(relay, "the server has no TLS: it is shown no password")


def test_what_is_no_address_of_nats_is_refused_without_a_word_of_it(database_url: str) -> None:
    for url in ("http://kanal:secret@127.0.0.1", "127.0.0.1:4222", "nats://", "nats://h:x"):
        with running_relay(database_url, url) as relay:
            assert relay.process.wait(30) == 1
            assert "kanal: URL must be nats://HOST:PORT or tls://HOST:PORT" in relay.output
            assert "secret" not in relay.output
    with running_relay(database_url) as relay:
        assert relay.process.wait(30) == 1
        assert "Name an URL, or set KANAL_FEED_URL" in relay.output
