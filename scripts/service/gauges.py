"""The gauges: what is read of the parts of a node when its metrics are asked for; and the values
that labels may have, so that each counter is there before it first counts."""

from collections.abc import Callable, Mapping, Sequence

from persistence.database.pool import Database
from persistence.log.append_queue import AppendQueue
from persistence.log.log_source import LogSource
from persistence.log.wakeup import Wakeup
from persistence.webhooks.webhook import WebhookState
from projections.running.runner import ProjectionRunner
from scripts.service.copies import Copies
from scripts.service.followers import Followers
from scripts.service.node_health import NodeHealth
from scripts.service.nodes import Nodes
from scripts.service.operator_parts import OperatorParts
from scripts.service.revocation_follower import RevocationFollower
from scripts.service.sockets import Sockets
from transport.auth.fetched_keys import FetchedKeys, SourceState
from transport.commands import COMMANDS
from transport.delivery.past_sessions import End
from transport.errors import ALL_CODES
from transport.limits.limits import HELD_FOR
from transport.metrics import Metrics, Outcome
from transport.webhooks.receiver import Outcome as AttemptOutcome
from transport.webhooks.sender import WebhookSender


def read_gauges(
    metrics: Metrics,
    *,
    database: Database,
    copies: Copies,
    queue: AppendQueue,
    wakeup: Wakeup,
    sockets: Sockets,
    followers: Followers,
    revocations: RevocationFollower,
    runners: Mapping[str, ProjectionRunner],
    health: NodeHealth,
    nodes: Nodes,
    operator: OperatorParts,
    webhooks: WebhookSender,
    fetched_keys: Sequence[FetchedKeys],
    source: LogSource | None,
) -> None:
    """Let each gauge ask its owner. `source` is that of a node that may follow a stream."""
    delivery = sockets.delivery
    metrics.position.set_function(lambda: delivery.position)
    metrics.append_queue_length.set_function(lambda: queue.length)
    metrics.followers_stopped.set_function(lambda: len(followers.ended))
    metrics.nodes.set_function(lambda: len(nodes.table))

    if source is not None:
        metrics.stream_followed.set_function(lambda: source.is_stream)
        metrics.stream_lag.set_function(lambda: max(wakeup.head - source.position, 0))

    def follow(follower: str, position: Callable[[], int]) -> None:
        lag, seconds = metrics.follower_lag, metrics.follower_lag_seconds
        lag.labels(follower).set_function(lambda: max(wakeup.head - position(), 0))
        seconds.labels(follower).set_function(lambda: wakeup.times.behind(position()))

    def reflect(runner: ProjectionRunner) -> None:
        model, seconds = runner.name, metrics.read_model_lag_seconds
        metrics.read_model_lag.labels(model).set_function(lambda: health.lag(runner))
        seconds.labels(model).set_function(lambda: wakeup.times.behind(runner.position or 0))
        metrics.read_model_writer.labels(model).set_function(lambda: runner.is_writer)

    def watch(copy: str) -> None:
        metrics.database_away.labels(copy).set_function(lambda: copies.away[copy])

    def count(state: SourceState) -> None:
        sources = metrics.key_sources.labels(state)
        sources.set_function(lambda: sum(keys.state is state for keys in fetched_keys))

    def count_webhooks(state: WebhookState) -> None:
        metrics.webhooks.labels(state).set_function(lambda: webhooks.states[state])

    def send_from() -> int:
        return wakeup.head if (position := webhooks.position) is None else position

    for webhook_state in WebhookState:
        count_webhooks(webhook_state)
    metrics.webhook_sender.set_function(lambda: webhooks.is_sender)
    metrics.webhook_lag.set_function(lambda: max(wakeup.head - send_from(), 0))
    metrics.webhook_lag_seconds.set_function(lambda: wakeup.times.behind(send_from()))
    follow("delivery", lambda: delivery.position)
    follow("revocations", lambda: revocations.position)
    for runner in runners.values():
        reflect(runner)
    for copy in copies.away:
        watch(copy)
    for state in SourceState:
        count(state)
    metrics.pool_size.set_function(lambda: database.load.size)
    metrics.pool_waiting.set_function(lambda: database.load.waiting)
    metrics.pool_connections.labels("idle").set_function(lambda: database.load.idle)
    metrics.pool_connections.labels("in-use").set_function(lambda: database.load.in_use)
    operator.alarms.has_rung = metrics.alarms.inc
    for keys in fetched_keys:
        keys.has_fetched = lambda is_good: metrics.key_fetches.labels(
            "fetched" if is_good else "failed"
        ).inc()


def name_series(metrics: Metrics) -> None:
    """Begin each series whose labels are known at 0: Prometheus sees no increase in one that begins
    with 1."""
    for command in COMMANDS:
        for outcome in Outcome:
            metrics.command(command, outcome)
    for code in ALL_CODES:
        metrics.refusals.labels(code)
    for limit in HELD_FOR:
        metrics.refused_by_limit.labels(limit)
    for why in End:
        metrics.sessions_ended.labels(why)
    for way in ("away", "here"):
        metrics.sessions_moved.labels(way)
    for recovered in ("true", "false"):
        metrics.resumes.labels(recovered)
    for outcome_of_attempt in AttemptOutcome:
        metrics.webhook_attempts.labels(outcome_of_attempt)
    for outcome_of_fetch in ("fetched", "failed"):
        metrics.key_fetches.labels(outcome_of_fetch)
    for what in ("request", "upgrade", "move", "question"):
        for outcome_of_hop in ("answered", "node-gone", "given-up"):
            metrics.hops.labels(what, outcome_of_hop)
