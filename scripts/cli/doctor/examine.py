"""Runs the checks of `kanal doctor` one after the other, and prints what each has found. It changes
nothing: neither a database nor a file is made."""

import sys
from collections.abc import AsyncIterator
from contextlib import ExitStack

import msgspec

from domain.errors import Conflict
from persistence.database.embedded_programs import EmbeddedPostgresError, check_installed
from scripts.cli.command import database_url
from scripts.cli.doctor.database import check_database, check_replica
from scripts.cli.doctor.disk import check_disk
from scripts.cli.doctor.finding import Finding, Level, fault, ok
from scripts.cli.doctor.keys import check_keys
from scripts.cli.doctor.node_address import check_node_address
from scripts.cli.doctor.port import check_port
from scripts.cli.doctor.process import check_process
from scripts.cli.doctor.proxies import check_proxies
from scripts.cli.doctor.stream import check_stream
from scripts.cli.doctor.tls import check_tls
from scripts.cli.doctor.traces import check_traces
from scripts.cli.doctor.versions import check_versions
from scripts.cli.doctor.webhooks import check_webhook_networks
from scripts.cli.doctor.whole_settings import check_key_is_there
from scripts.service.environment import load_settings
from scripts.service.log_formats import escaped
from scripts.service.settings import Settings, SettingsError


async def examine(*, as_json: bool) -> None:
    """Print a line for each finding, as it is found. Raises Conflict where there are faults."""
    faults = 0
    async for finding in _findings():
        faults += finding.level is Level.FAULT
        print(msgspec.json.encode(finding).decode() if as_json else escaped(str(finding)))
        sys.stdout.flush()
    if faults:
        raise Conflict(f"faults: {faults}")


async def _findings() -> AsyncIterator[Finding]:
    for finding in check_versions():
        yield finding
    try:
        settings = load_settings()
    except SettingsError as error:
        for problem in error.problems:
            yield fault("settings", problem, "correct it; all settings are in the README")
        return
    yield ok("settings", "each KANAL_* is known, and can be read")
    for check in (
        check_key_is_there,
        check_process,
        check_proxies,
        check_webhook_networks,
        check_tls,
        check_traces,
        check_disk,
    ):
        for finding in check(settings):
            yield finding
    yield await check_port(settings)
    async for finding in _of_databases(settings):
        yield finding
    if (servers := settings.nats_servers) is not None:
        yield await check_stream(servers)
    for finding in await check_keys(settings):
        yield finding
    for finding in await check_node_address(settings):
        yield finding


async def _of_databases(settings: Settings) -> AsyncIterator[Finding]:
    is_new = settings.database_url is None and not (settings.data_dir / "postgres").exists()
    if is_new:
        try:
            check_installed()
        except EmbeddedPostgresError as error:
            yield fault("database", str(error), "one of the two")
        else:
            yield ok("database", f"none in {settings.data_dir} yet: `kanal serve` makes one")
        return
    with ExitStack() as stack:
        try:
            url = stack.enter_context(database_url(settings))
        except EmbeddedPostgresError as error:
            yield fault("database", str(error), "as it says, or set KANAL_DATABASE_URL")
            return
        for finding in await check_database(url, settings):
            yield finding
    if settings.database_replica_url is not None:
        yield await check_replica(settings.database_replica_url.get_secret_value())
