"""Builds and wires what answers operators: their routes, and the replays that they begin."""

from collections.abc import Callable, Sequence

from sanic import Blueprint

from domain.channel_repository import ChannelRepository
from persistence.database.pool import Database
from persistence.database.time_budget import TURN_TIMEOUT
from persistence.log.log_search import LogSearch
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stored_events import StoredEvents
from persistence.nodes.node_list import list_nodes
from projections.checking.model_status import model_statuses
from projections.replays import Replays
from projections.running.projection import Projection
from projections.views.channel_past import ChannelPast
from projections.views.log_entries import LogEntries
from projections.views.past_channels import PastChannels
from scripts.service.copies import Copies
from scripts.service.nodes import Nodes
from scripts.service.sockets import Sockets
from transport.alarms import Alarms
from transport.http.callers import Callers
from transport.http.operator.channels import create_channel_routes
from transport.http.operator.connections import create_connection_routes
from transport.http.operator.log import create_log_routes
from transport.http.operator.nodes import create_node_routes
from transport.http.operator.projections import create_projection_routes
from transport.http.operator.webhooks import create_webhook_routes
from transport.limits.turns import Turns
from transport.node_report import NodeReport
from transport.operator.audiences import Audiences
from transport.operator.connection_pages import ConnectionPages
from transport.operator.event_answers import EventAnswers
from transport.operator.model_answers import ModelAnswers
from transport.operator.node_answers import NodeAnswers
from transport.operator.own_answers import OwnAnswers
from transport.operator.own_connections import OwnConnections
from transport.operator.registrations import Registrations
from transport.operator.returning import Returning

READS_AT_ONCE = 2
"""Pages of the log and of the past that are made for operators at the same time."""

ASKS_AT_ONCE = 8
"""Questions to all nodes that are asked for operators at the same time."""


class OperatorParts:
    """What a node has for its operators."""

    def __init__(
        self,
        *,
        callers: Callers,
        database: Database,
        copies: Copies,
        log: PostgresEventLog,
        stored: StoredEvents,
        channels: ChannelRepository,
        projections: Sequence[Projection],
        nodes: Nodes,
        sockets: Sockets,
        registrations: Registrations,
        report: Callable[[], NodeReport],
    ) -> None:
        """`report` answers how the node is."""
        search, self.alarms = LogSearch(copies.reading), Alarms()
        self.replays = Replays(database, log, projections)
        self.entries = LogEntries(log, search)
        past, delivery = ChannelPast(log, search, channels), sockets.delivery
        connections = OwnConnections(nodes.id, sockets.sessions, sockets.server)
        own = OwnAnswers(nodes.id, connections, self.alarms, self.replays, report)
        all_nodes = nodes.serve(sockets.server, own.answer)
        audiences = Audiences(
            past, all_nodes, delivery, Returning(channels, past, delivery, sockets.resume)
        )
        events = EventAnswers(search, self.entries, past, audiences, delivery)
        models = ModelAnswers(
            lambda: model_statuses(database, log, projections), self.replays, all_nodes
        )
        node_answers = NodeAnswers(lambda: list_nodes(database), log.head, all_nodes, delivery)
        turns = Turns(READS_AT_ONCE, patience=TURN_TIMEOUT)
        asks = Turns(ASKS_AT_ONCE, patience=TURN_TIMEOUT)
        self.routes: list[Blueprint] = [
            create_log_routes(callers, self.entries, events, delivery, turns),
            create_channel_routes(callers, PastChannels(log, stored), past, stored, turns),
            create_connection_routes(callers, ConnectionPages(all_nodes, delivery), asks),
            create_projection_routes(callers, models, asks),
            create_node_routes(callers, node_answers, asks),
            create_webhook_routes(callers, registrations),
        ]
