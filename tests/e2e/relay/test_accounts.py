"""A relay, and a node that follows its stream, where NATS knows users by credentials files."""

import asyncio
import re
from pathlib import Path

import pytest

from persistence.jetstream.credentials import NatsServers
from tests.e2e.relay.test_nodes_that_follow import say
from tests.integration.relay.test_relay import appended
from tests.support.nats_accounts import NatsAccounts
from tests.support.nats_server import NatsServer, running_nats
from tests.support.node import open_node
from tests.support.relay_process import running_relay
from tests.support.relayed import has_all
from tests.support.service import running_service


async def test_with_a_credentials_file_it_is_let_in_and_its_seed_is_in_no_line(
    nats_server: NatsServer, database_url: str, tmp_path: Path
) -> None:
    accounts, file = NatsAccounts(), tmp_path / "relay.creds"
    file.write_text(accounts.credentials("relay"))
    options = ("-c", str(accounts.write(tmp_path)))
    async with open_node(database_url) as node:
        with running_nats(nats_server.program, tmp_path / "accounts", *options) as server:
            server.credentials = str(file)
            for given in ("feed_credentials", "feed_credentials_file"):
                with running_relay(database_url, server.url, **{given: str(file)}) as relay:
                    await appended(node, 3)
                    await has_all(server, node)
                    assert await asyncio.to_thread(relay.stop) == 0
            node_file = tmp_path / "node.creds"
            node_file.write_text(accounts.credentials("node"))
            with (
                running_relay(database_url, server.url, feed_credentials=str(file)),
                running_service(
                    database_url, feed_url=server.url, feed_credentials=str(node_file)
                ) as service,
            ):
                await say([service], "followed")


@pytest.mark.parametrize("wrong", ["of another", "no seed", "a seed as the path", "none"])
async def test_with_other_credentials_it_says_what_to_mend_and_nothing_of_them(
    nats_server: NatsServer, database_url: str, tmp_path: Path, wrong: str
) -> None:
    accounts = NatsAccounts()
    own, other = accounts.credentials("relay"), accounts.credentials("other")
    jwt, seed = own[: own.index("NKEYs")], other[other.index("NKEYs") :]
    given, said = {
        "of another": (jwt + seed, "refuses: .*Authorization Violation"),
        "no seed": (jwt, "has no NATS USER JWT with its USER NKEY SEED"),
        "a seed as the path": (seed.splitlines()[-2], "the credentials file: No such file"),
        "none": ("", "refuses: .*Authorization Violation"),
    }[wrong]
    settings = {"feed_credentials": given} if given else {}
    async with open_node(database_url):
        pass  # there is a log
    options = ("-c", str(accounts.write(tmp_path)))
    with (
        running_nats(nats_server.program, tmp_path / "accounts", *options) as server,
        running_relay(database_url, server.url, **settings) as relay,
    ):
        assert await asyncio.to_thread(relay.process.wait, 30) == 1
        assert re.search(said, relay.output)
    if given:
        assert given not in repr(NatsServers(server.url, given))
