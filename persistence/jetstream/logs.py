"""Which stream is that of the log: what KANAL-LOGS, a stream of its own, says last for the first id
that the log had.

A log goes on in the same stream as long as it only gets longer, also where it is in another epoch
and has another id. One that was rewound, and has lost what its stream holds, begins another; the
one before is sealed.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, Header, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from persistence.jetstream.making import make_stream
from persistence.jetstream.subjects import LOGS_STREAM, LOGS_SUBJECTS, logs_subject
from persistence.log.epochs import Lineage


class CurrentLog(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The body of such a message."""

    log: Annotated[str, msgspec.Meta(description="the id of the log: the `log` of GET /log")]
    stream: str
    """Where its messages are."""
    began_at: datetime
    """When its latest epoch began: of two that contradict each other the later one is true."""
    before: str | None = None
    """The stream before this one, where there was one."""
    shared: int | None = None
    """The last position up to which that one has the same."""


async def current_log(
    streams: JetStreamContext, first_log_id: str
) -> tuple[CurrentLog, int] | None:
    """What was said last of the log with that first id, and at which sequence of KANAL-LOGS; None
    where no relay has published it. Raises NATS_AWAY, ValueError."""
    try:
        # An empty stream is not asked: nats-server 2.9.10 was seen to crash while streams began.
        if not (await streams.stream_info(LOGS_STREAM)).state.messages:
            return None
        found = await streams.get_last_msg(LOGS_STREAM, logs_subject(first_log_id))
    except NotFoundError:
        return None
    assert found.seq is not None
    return msgspec.json.decode(found.data or b"", type=CurrentLog), found.seq


async def tell_current_log(
    streams: JetStreamContext, first_log_id: str, log: CurrentLog, *, after: int, replicas: int = 1
) -> None:
    """Say it, unless something else was said since the sequence `after`, 0 for nothing. Raises
    BadRequestError where that is so, Conflict where the server makes no such stream, NATS_AWAY."""
    try:
        await streams.stream_info(LOGS_STREAM)
    except NotFoundError:
        await make_stream(streams, _config(replicas))
    await streams.publish(
        logs_subject(first_log_id),
        msgspec.json.encode(log),
        headers={Header.EXPECTED_LAST_SUBJECT_SEQUENCE.value: str(after)},
    )


def is_left_behind(lineage: Lineage, current: CurrentLog) -> bool:
    """Whether a copy of the log with these epochs is older than the log that was told of."""
    known = [str(epoch.id) for epoch in lineage.epochs]
    return current.log not in known and current.began_at > lineage.epochs[-1].began_at


def _config(replicas: int) -> StreamConfig:
    return StreamConfig(
        name=LOGS_STREAM,
        subjects=[LOGS_SUBJECTS],
        description="Which stream is that of each log of Kanal",
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.NEW,
        deny_delete=True,
        deny_purge=True,
        num_replicas=replicas,
    )
