"""Builds and wires what serves the sockets of one node: server, sessions, delivery, events."""

from dataclasses import dataclass

from domain.channel_repository import ChannelRepository
from persistence.log.postgres_event_log import PostgresEventLog
from persistence.log.stored_events import StoredEvents
from persistence.log.wakeup import Wakeup
from projections.emissions.change_reader import ChangeReader
from scripts.service.settings import Settings
from scripts.service.tracing.parts import Parts
from transport.auth.door import Door
from transport.auth.revocations import Revocations
from transport.command import Commands
from transport.delivery.catch_up import CatchUp
from transport.delivery.live_delivery import Delivery
from transport.delivery.replay_pages import ReplayPages
from transport.delivery.resume_check import ResumeCheck
from transport.delivery.sessions import Sessions
from transport.limits.limits import Limits
from transport.metrics import Metrics
from transport.socketio.elsewhere import Elsewhere
from transport.socketio.server import SocketServer
from transport.sockets.authentication import Authentication
from transport.sockets.census import Census
from transport.sockets.deadlines import Deadlines
from transport.sockets.dispatch import SocketEvents
from transport.sockets.moving import Moving
from transport.sockets.replies import Replies
from transport.sockets.revoked_sessions import RevokedSessions


@dataclass(frozen=True, slots=True)
class Sockets:
    """What others have to do with: the server, its events, and what is delivered to sessions."""

    server: SocketServer
    sessions: Sessions
    events: SocketEvents
    delivery: Delivery
    pages: ReplayPages
    revoked: RevokedSessions
    resume: ResumeCheck
    census: Census


def create_sockets(
    settings: Settings,
    *,
    log: PostgresEventLog,
    stored: StoredEvents,
    channels: ChannelRepository,
    door: Door,
    limits: Limits,
    revocations: Revocations,
    commands: Commands,
    metrics: Metrics,
    elsewhere: Elsewhere,
    wakeup: Wakeup,
    parts: Parts,
) -> Sockets:
    # What is held back is sent at once, so it is small beside what may wait to be sent.
    sessions = Sessions(hold_limit=settings.send_buffer // 4)
    server = SocketServer(
        send_buffer=settings.send_buffer,
        origins=settings.allowed_origins,
        limits=limits,
        elsewhere=elsewhere,
    )
    sessions.past.has_ended = lambda why: metrics.sessions_ended.labels(why).inc()
    delivery = parts.delivery(
        ChangeReader(channels), sessions, server.send, ahead=wakeup, heard=metrics.heard.observe
    )
    pages = ReplayPages(log, ChangeReader(channels))
    replies = Replies(server)
    catch_up = CatchUp(delivery, pages, stored, server)
    resume = ResumeCheck(stored, delivery, limit=settings.resume_limit)
    deadlines = Deadlines(server, replies, auth_timeout=settings.auth_timeout)
    authentication = Authentication(
        door=door,
        limits=limits,
        revocations=revocations,
        metrics=metrics,
        sessions=sessions,
        resume=resume,
        delivery=delivery,
        catch_up=catch_up,
        replies=replies,
        deadlines=deadlines,
    )
    revoked = RevokedSessions(server, sessions, revocations, replies)
    moving = Moving(
        sessions=sessions,
        delivery=delivery,
        catch_up=catch_up,
        deadlines=deadlines,
        limits=limits,
        revocations=revocations,
        revoked=revoked,
    )
    events = parts.events(
        server=server,
        sessions=sessions,
        delivery=delivery,
        authentication=authentication,
        commands=commands,
        limits=limits,
        replies=replies,
        deadlines=deadlines,
        moving=moving,
        metrics=metrics,
    )
    census = Census(sessions, server, metrics)
    return Sockets(server, sessions, events, delivery, pages, revoked, resume, census)
