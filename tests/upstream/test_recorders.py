"""eventsourcing's own test cases of recorders pass on our persistence."""

from collections.abc import Iterator

import pytest
from eventsourcing.tests import persistence as upstream

from tests.upstream.open_log import OpenLog, open_log
from tests.upstream.recorders import (
    LogAggregateRecorder,
    LogApplicationRecorder,
    LogTrackingRecorder,
)


class OnOurLog:
    """Gives each test a log of its own."""

    log: OpenLog

    @pytest.fixture(autouse=True)
    def _open_log(self, database_url: str) -> Iterator[None]:
        with open_log(database_url) as self.log:
            yield


class TestAggregateRecorder(OnOurLog, upstream.AggregateRecorderTestCase):
    def create_recorder(self) -> LogAggregateRecorder:
        return LogAggregateRecorder(self.log)


class TestApplicationRecorder(
    OnOurLog, upstream.ApplicationRecorderTestCase[LogApplicationRecorder]
):
    def create_recorder(self) -> LogApplicationRecorder:
        return LogApplicationRecorder(self.log)

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class TestNonInterleavingPositions(OnOurLog, upstream.NonInterleavingNotificationIDsBaseCase):
    def create_recorder(self) -> LogApplicationRecorder:
        return LogApplicationRecorder(self.log)


class TestTrackingRecorder(OnOurLog, upstream.TrackingRecorderTestCase):
    def create_recorder(self) -> LogTrackingRecorder:
        return LogTrackingRecorder(self.log)
