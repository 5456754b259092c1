"""KANAL-LOGS: what is said of a log there is said by one relay after the other."""

from datetime import UTC, datetime

import pytest
from nats.js.errors import BadRequestError

from persistence.jetstream.logs import CurrentLog, current_log, tell_current_log
from tests.support.nats_server import NatsServer
from tests.support.relayed import streams_of

BEGAN = datetime(2026, 1, 31, tzinfo=UTC)


async def test_who_did_not_know_what_was_said_last_says_nothing(nats_server: NatsServer) -> None:
    one, other = (CurrentLog(log, f"KANAL-{log}", BEGAN) for log in ("one", "other"))
    async with streams_of(nats_server) as streams:
        await tell_current_log(streams, "first", one, after=0)
        with pytest.raises(BadRequestError):
            await tell_current_log(streams, "first", other, after=0)
        assert await current_log(streams, "first") == (one, 1)
        await tell_current_log(streams, "another-first", other, after=0)
        await tell_current_log(streams, "first", other, after=1)
        assert await current_log(streams, "first") == (other, 3)
