"""eventsourcing's own PostgresApplicationRecorder reads our log, and cannot harm it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.application import Repository
from eventsourcing.persistence import EventStore, IntegrityError, ProgrammingError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from domain.channel import Channel
from domain.channel_repository import ChannelRepository
from domain.commands import ChannelCommands
from domain.queries import ChannelQueries
from persistence.log.mapper import create_mapper
from persistence.log.postgres_event_log import PostgresEventLog
from tests.support.creation import BOB, create
from tests.upstream.open_log import OpenLog, open_log
from tests.upstream.recorders import LogApplicationRecorder


@pytest.fixture
def log(database_url: str) -> Iterator[OpenLog]:
    """A log with three channels, and the names that they hold."""
    with open_log(database_url) as log:
        events = PostgresEventLog(log.queue, log.stored, create_mapper())
        commands = ChannelCommands(events, ChannelQueries(events, ChannelRepository(events)))
        for name in ("general", "Общий 🙂"):
            log.call(create(commands, name, description=f"About {name}"))
        log.call(create(commands, "private", actor=BOB, is_private=True))
        yield log


@pytest.fixture
def ours(log: OpenLog) -> LogApplicationRecorder:
    return LogApplicationRecorder(log)


@pytest.fixture
def library(
    log: OpenLog, database_url: str, request: pytest.FixtureRequest
) -> Iterator[PostgresApplicationRecorder]:
    """The library's recorder on our database, where it has created nothing. A test may choose
    that it inserts by functions in the database, which is the other of its two ways."""
    place: dict[str, Any] = psycopg.conninfo.conninfo_to_dict(database_url)
    with PostgresDatastore(
        **{name: place.get(name, "") for name in ("dbname", "host", "port", "user", "password")},
        pool_size=2,
        enable_db_functions=getattr(request, "param", False),
    ) as datastore:
        yield PostgresApplicationRecorder(datastore)


def test_the_library_reads_our_streams(
    library: PostgresApplicationRecorder, ours: LogApplicationRecorder
) -> None:
    streams = {each.originator_id for each in ours.select_notifications(None, 100)}
    assert len(streams) == 6
    for stream_id in streams:
        events = ours.select_events(stream_id)
        assert len(events) == 1
        assert library.select_events(stream_id) == events


def test_the_library_reads_our_order(
    library: PostgresApplicationRecorder, ours: LogApplicationRecorder
) -> None:
    notifications = library.select_notifications(None, 100)
    assert [each.id for each in notifications] == [1, 2, 3, 4, 5, 6]
    assert notifications == ours.select_notifications(None, 100)
    assert library.max_notification_id() == ours.max_notification_id() == 6
    topics = ["channel.created"]
    assert [each.id for each in library.select_notifications(2, 2, topics=topics)] == [3, 5]


def test_the_library_makes_our_aggregates(
    library: PostgresApplicationRecorder, ours: LogApplicationRecorder
) -> None:
    repository: Repository[Any] = Repository(EventStore(create_mapper(), library))
    third = ours.select_notifications(3, 1)[0]
    channel: Channel = repository.get(third.originator_id)
    assert isinstance(channel, Channel)
    assert (channel.name, channel.description) == ("Общий 🙂", "About Общий 🙂")


def test_the_library_follows_our_log(
    library: PostgresApplicationRecorder, ours: LogApplicationRecorder
) -> None:
    with library.subscribe(gt=2) as subscription:
        read = [next(subscription) for _ in range(4)]
    assert read == ours.select_notifications(3, 100)


@pytest.mark.parametrize("library", [False, True], ids=["statements", "functions"], indirect=True)
@pytest.mark.parametrize("has_created", [False, True], ids=["as it is", "after create_table"])
def test_the_library_cannot_write_past_the_head(
    library: PostgresApplicationRecorder, ours: LogApplicationRecorder, has_created: bool
) -> None:
    before = ours.select_notifications(None, 100)
    if has_created:
        library.create_table()
    error = IntegrityError if has_created else ProgrammingError
    why = 'null value in column "notification_id"' if has_created else "type .* not found"
    for stream_id, version in ((uuid4(), 1), (before[0].originator_id, 2)):
        with pytest.raises(error, match=why):
            library.insert_events([StoredEvent(stream_id, version, "channel.created", b"{}")])
        assert ours.select_notifications(None, 100) == before
    assert ours.max_notification_id() == len(before)
    event = StoredEvent(uuid4(), 1, "channel.created", b"{}")
    assert ours.insert_events([event]) == [len(before) + 1]
    assert ours.select_events(event.originator_id) == [event]
