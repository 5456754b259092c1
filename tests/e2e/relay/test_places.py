"""Where a relay reads, and where it publishes: standbys of Postgres, and clusters of NATS."""

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

from tests.e2e.relay.test_relay_process import says
from tests.integration.relay.test_relay import appended
from tests.support.background import eventually
from tests.support.nats_server import NatsServer, running_cluster
from tests.support.node import open_node
from tests.support.postgres import ask, create_database
from tests.support.relay_process import running_relay
from tests.support.relayed import has_all, streams_of
from tests.support.replica import replicated_postgres
from tests.support.rewinding import PROMOTE, look_again

SCANS, ROWS = (
    f"SELECT {count}::int FROM pg_stat_user_tables WHERE relname = 'stored_events'"
    for count in ("seq_scan + idx_scan", "seq_tup_read + idx_tup_fetch")
)
"""How often a server has looked into the log, and how many events it has found there."""

LONG = 60.0
"""Seconds, for a cluster that chooses who leads."""


async def test_a_standby_is_read_beside_the_primary_and_in_its_place(
    nats_server: NatsServer,
) -> None:
    async with replicated_postgres() as pair:
        url = await asyncio.to_thread(create_database, pair.primary.url)
        copy = urlsplit(pair.replica.url)._replace(path=urlsplit(url).path).geturl()
        async with open_node(url) as node:
            await appended(node, 1_000)
            await pair.catch_up()
            with running_relay(url, nats_server.url, database_replica_url=copy) as relay:
                await has_all(nats_server, node)
                await counts(copy, ROWS, 1_000)
                async with node.database.acquire() as connection:
                    await connection.execute(PROMOTE)
                await look_again(node)
                await says(relay, "the log goes on in another epoch")
                before = await ask(copy, SCANS)
                assert isinstance(before, int)
                # It looks at the replica every two seconds, and has not told of the last looks yet.
                await counts(copy, SCANS, before + 3)
            with running_relay(copy, nats_server.url) as relay:
                await says(relay, "the database is a standby: looking at it every second")
                await appended(node, 3)
                await has_all(nats_server, node)


async def counts(url: str, statement: str, least: int) -> None:
    """Wait until a server has counted so many; its processes tell of what they count later on."""

    async def has_counted() -> bool:
        found = await ask(url, statement)
        assert isinstance(found, int)
        return found >= least

    await eventually(has_counted, within=LONG)


async def test_a_cluster_that_loses_the_server_that_leads_has_the_log_once_and_whole(
    database_url: str, tmp_path: Path, nats_program: str
) -> None:
    async with open_node(database_url) as node:
        with running_cluster(nats_program, tmp_path) as servers:
            urls = ",".join(each.url for each in servers.values())
            with running_relay(database_url, urls, "--replicas", "3") as relay:
                for _ in range(2):
                    await appended(node, 20)
                    told = await has_all(next(iter(servers.values())), node, within=LONG)
                    async with streams_of(next(iter(servers.values()))) as streams:
                        info = await streams.stream_info(told.stream)
                    assert info.config.num_replicas == 3
                    assert info.cluster is not None and info.cluster.leader is not None
                    leader = servers.pop(info.cluster.leader)
                    await appended(node, 1_500)
                    await publishes(servers, told.stream, info.state.last_seq)
                    await asyncio.to_thread(leader.kill)
                    await appended(node, 20)
                    await has_all(next(iter(servers.values())), node, within=LONG)
                    await asyncio.to_thread(leader.start)
                    servers[info.cluster.leader] = leader
                assert await asyncio.to_thread(relay.stop) == 0


async def publishes(servers: dict[str, NatsServer], stream: str, beyond: int) -> None:
    """Wait until the stream goes on."""
    async with streams_of(next(iter(servers.values()))) as streams:

        async def does() -> bool:
            return (await streams.stream_info(stream)).state.last_seq > beyond

        await eventually(does, within=LONG)
