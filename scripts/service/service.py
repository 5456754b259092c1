"""The composition root: builds the parts of one node, wires them, and starts and stops its
tasks."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from sanic import Sanic

from domain.access import AccessCommands
from domain.channel_repository import ChannelRepository
from domain.commands import ChannelCommands
from domain.queries import ChannelQueries
from persistence.database.pool import Database
from persistence.jetstream.following import StreamFollower
from persistence.log.append_metrics import AppendMetrics
from persistence.log.concerned_reading import ConcernedReading
from persistence.log.epoch_check import EpochChange, EpochCheck
from persistence.log.log_source import LogSource
from persistence.log.mapper import create_mapper
from persistence.log.stored_events import StoredEvents
from persistence.log.wakeup import CONCERNING, Wakeup
from persistence.read_models.models import ServedModel
from projections.registry import create_projections
from projections.revocations.reader import RevocationReader
from projections.running.runner import ProjectionRunner
from projections.snapshots import ChannelSnapshots
from projections.views.channel_counts import ChannelCounts
from projections.views.past_channels import PastChannels
from scripts.service.api_routes import create_api_routes
from scripts.service.console_link import console_link_routes
from scripts.service.copies import Copies
from scripts.service.feed_parts import FeedParts
from scripts.service.followers import Followers
from scripts.service.gauges import name_series, read_gauges
from scripts.service.loop_lag import measure_loop_lag
from scripts.service.node_health import NodeHealth
from scripts.service.nodes import Nodes
from scripts.service.operator_parts import OperatorParts
from scripts.service.revocation_follower import RevocationFollower
from scripts.service.settings import Settings
from scripts.service.sockets import create_sockets
from scripts.service.token_verifier import create_verifier
from scripts.service.tracing.parts import parts_of
from scripts.service.webhook_parts import WebhookParts
from scripts.service.workers.as_worker import AsWorker
from transport.app import create_app
from transport.auth.door import Door
from transport.auth.fetched_keys import FetchedKeys
from transport.auth.revocations import Revocations
from transport.command import Commands
from transport.http.health import create_health_routes
from transport.limits.limits import Limits
from transport.metrics import Metrics
from transport.node_report import NodeReport, Reports
from transport.operator.registrations import Registrations

logger = logging.getLogger(__name__)

READY_AT_ONCE = 2.0
"""Seconds that the start of a service waits until it hears of appends and its read models are
built."""

KNOWN_AT_ONCE = 10.0
"""Seconds that it waits to know whose access was taken back; before that no token is accepted."""


class Service:
    """All parts of one node: the `app` to be served, and the background tasks."""

    def __init__(
        self, settings: Settings, database_url: str, as_worker: AsWorker | None = None
    ) -> None:
        """Build the parts, without a connection. Raises SettingsError."""
        self._node_url = settings.node_url
        self._scheme = settings.scheme
        self._as_worker = as_worker
        self._epochs = EpochCheck(self._epoch_changed)
        self._database = Database(
            database_url, check=self._epochs, connections=settings.database_connections
        )
        self.metrics = Metrics()
        self.nodes = Nodes(self._database, self._load, self.metrics)
        self._source = LogSource()
        self._wakeup = Wakeup(self._database, self.nodes.table.heartbeat, self._source)
        self._copies = Copies(settings, self._database, self._epochs, self._wakeup)
        self._stored = StoredEvents(
            self._database, ServedModel.of(ChannelSnapshots), copies=self._copies.reading
        )
        self._parts = parts = parts_of(settings, self.nodes.id)
        self._queue = parts.queue(
            self._database, self._wakeup, self._epochs, AppendMetrics(self.metrics.registry)
        )
        mapper = create_mapper()
        self._log = parts.log(self._queue, self._stored, mapper, self._epochs, self._source)
        self._streams = [
            StreamFollower(servers, self._log, self._epochs, self._wakeup, self._source)
            for servers in [settings.nats_servers]
            if servers is not None
        ]
        projections = create_projections(mapper)
        self._runners = {
            str(projection.model): ProjectionRunner(
                self._database, self._log, self._wakeup, projection
            )
            for projection in projections
        }
        self._background: dict[str, asyncio.Task[None]] = {}
        self.is_leaving = False
        """From the signal to stop on: it is not ready any more, and lets HTTP connections go."""
        revocations = Revocations(kept_for=settings.jwt_max_lifetime + 2 * settings.jwt_leeway)
        tokens = create_verifier(settings, admit=revocations.admit_once_known)
        self._fetched_keys = [key for key in tokens.keys if isinstance(key, FetchedKeys)]
        limits = Limits(settings.allowances, self.metrics)
        door = Door(tokens, limits)
        channels = ChannelRepository(self._log)
        queries = ChannelQueries(self._log, channels)
        counts = ChannelCounts(self._stored, most=settings.max_channels)
        commands = Commands(ChannelCommands(self._log, queries, counts), AccessCommands(self._log))
        channel_list = self._copies.channel_list()
        self.sockets = create_sockets(
            settings,
            log=self._log,
            stored=self._stored,
            channels=channels,
            door=door,
            limits=limits,
            revocations=revocations,
            commands=commands,
            metrics=self.metrics,
            elsewhere=self.nodes.others,
            wakeup=self._wakeup,
            parts=parts,
        )
        webhooks = WebhookParts(
            database=self._database,
            copies=self._copies.reading,
            log=self._log,
            channels=channels,
            wakeup=self._wakeup,
            lineage=lambda: self.sockets.delivery.lineage,
            networks=settings.webhook_networks,
            metrics=self.metrics,
        )
        self.webhooks = webhooks.sender
        callers = parts.callers(door, limits)
        self._operator = OperatorParts(
            callers=callers,
            database=self._database,
            copies=self._copies,
            log=self._log,
            stored=self._stored,
            channels=channels,
            projections=projections,
            nodes=self.nodes,
            sockets=self.sockets,
            registrations=Registrations(webhooks.table, self._stored, webhooks.destinations),
            report=self.report,
        )
        self.feed = FeedParts(
            callers=callers,
            limits=limits,
            revocations=revocations,
            copies=self._copies.reading,
            log=self._log,
            channels=channels,
            sockets=self.sockets,
            wakeup=self._wakeup,
            metrics=self.metrics,
        )
        listeners = self.sockets.sessions.listeners
        self._wakeup.concerns = listeners.hears
        listeners.has_joined = partial(self._wakeup.wake, CONCERNING)
        reading = ConcernedReading(self._database, self._log, self._epochs, self._wakeup, listeners)
        self._revocations = RevocationFollower(
            reading.read,
            self._wakeup,
            RevocationReader(self._database),
            revocations,
            [self.sockets.revoked, self.feed.level],
        )
        self._followers = Followers(
            epochs=self._epochs,
            log=self._log,
            stored=self._stored,
            wakeup=self._wakeup,
            sockets=self.sockets,
            revocations=self._revocations,
            metrics=self.metrics,
            runners=self._runners,
            webhooks=self.webhooks,
            memories=[
                channels,
                channel_list,
                counts,
                reading,
                self._operator.entries,
                self.feed.feed,
                webhooks.feed,
                *self._streams,
            ],
        )
        self._health = NodeHealth(
            followers=self._followers,
            runners=self._runners,
            revocations=self._revocations,
            wakeup=self._wakeup,
            metrics=self.metrics,
            position=lambda: self.sockets.delivery.position,
            source=self._source if self._streams else None,
        )
        self.metrics.connections_limit.set(settings.allowances.connections)
        name_series(self.metrics)
        read_gauges(
            self.metrics,
            database=self._database,
            copies=self._copies,
            queue=self._queue,
            wakeup=self._wakeup,
            sockets=self.sockets,
            followers=self._followers,
            revocations=self._revocations,
            runners=self._runners,
            health=self._health,
            nodes=self.nodes,
            operator=self._operator,
            webhooks=self.webhooks,
            fetched_keys=self._fetched_keys,
            source=self._source if self._streams else None,
        )
        self.app: Sanic[Any, Any] = create_app(
            routes=[
                *create_api_routes(
                    callers,
                    commands,
                    queries,
                    channel_list,
                    PastChannels(self._log, self._stored),
                ),
                *self.feed.routes,
                *self._operator.routes,
                *console_link_routes(settings),
                create_health_routes(self._reports),
                self.nodes.routes,
            ],
            sockets=self.sockets.server,
            origins=settings.allowed_origins,
            limits=limits,
            metrics=self.metrics,
            is_leaving=lambda: self.is_leaving,
            base_path=settings.base_path,
        )
        parts.attach(self.app)

    async def start(
        self, *, failed: Callable[[], None], port: int = 0, socket: str | None = None
    ) -> None:
        """Connect, migrate, join the other nodes and start the background tasks; `failed` is called
        if one of them ends, except at an event that cannot be decoded: the others then go on.

        Other nodes reach this one at the `socket`, if there is one, or at the `port`. Raises
        Unavailable, SettingsError.
        """
        logging.getLogger().addHandler(self._operator.alarms)
        await self._database.open()
        await self._copies.begin()
        await self._followers.begin(failed)
        await self.nodes.join(scheme=self._scheme, port=port, url=self._node_url, socket=socket)
        for name, part in {
            "appending": self._queue.run(),
            "following": self._followers.run(failed),
            "listening": self._wakeup.run(),
            "counting sockets": self.sockets.census.run(),
            "telling streams": self.feed.level.run(),
            "measuring the loop": measure_loop_lag(self.metrics.loop_lag),
            **self._copies.tasks(),
            **{keys.name: keys.run() for keys in self._fetched_keys},
            **{stream.name: stream.run() for stream in self._streams},
        }.items():
            task = self._background[name] = asyncio.create_task(part, name=name)
            task.add_done_callback(lambda _: failed())
        # The models of a short log are built at once; those of a long one in the background.
        built = [runner.is_built for runner in self._runners.values()]
        readied = asyncio.gather(*(event.wait() for event in [self._wakeup.listening, *built]))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(readied, READY_AT_ONCE)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._revocations.is_level.wait(), KNOWN_AT_ONCE)

    async def stop(self) -> None:
        """Stop the background tasks, and disconnect. Raises the error of one that had failed."""
        for task in self._background.values():
            task.cancel()
        self._followers.cancel()
        replays_ended = asyncio.create_task(self._operator.replays.close())
        # Before the tasks have ended, since a cancelled statement waits for a database that is
        # away.
        await self._database.close()
        await self._copies.close()
        results = await asyncio.gather(*self._background.values(), return_exceptions=True)
        await replays_ended
        logging.getLogger().removeHandler(self._operator.alarms)
        await self._followers.wait_ended()
        await self._parts.flush()
        for name, result in zip(self._background, results, strict=True):
            if isinstance(result, Exception):
                logger.critical("%s stopped: %s", name, result)
                raise result

    def _load(self) -> tuple[int, int]:
        """The position up to which sockets have been served, and how many there are."""
        return self.sockets.delivery.position, len(self.sockets.sessions)

    def report(self) -> NodeReport:
        """How this node is."""
        ended = ["draining"] if self.is_leaving else []
        ended += [name for name, task in self._background.items() if task.done()]
        return self._health.report(ended)

    async def _reports(self) -> Reports:
        """How all are that share the port."""
        own = self.report()
        return {"": own} if self._as_worker is None else await self._as_worker.reports(own)

    def _epoch_changed(self, change: EpochChange) -> None:
        self._database.renew()
        self._copies.renew()
        self._followers.interrupt(change)
