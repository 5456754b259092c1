"""The stream of one log: made, looked at and sealed by the relay. What others may have made or
changed of it is refused in words, since to publish into it would be to lose positions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig, StreamInfo
from nats.js.errors import NotFoundError

from domain.errors import Conflict
from persistence.jetstream.making import make_stream
from persistence.jetstream.message import MESSAGE_ID, RELAY, STORED, event_id
from persistence.jetstream.subjects import all_subjects, stream_name
from persistence.log.epochs import Lineage

DUPLICATE_WINDOW = 10.0
"""Seconds in which a stream remembers ids. The relay is fenced by sequences and needs no more."""


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """The last message of a stream: its sequence, which is a position, and what it says of
    itself. At 0 there is none."""

    position: int = 0
    id: str = ""
    stored: str = ""
    relay: str = ""


class LogStream:
    """The stream of a log, by the id that the log had when the stream began. Every method raises
    NATS_AWAY."""

    def __init__(self, streams: JetStreamContext, name: str) -> None:
        self._streams = streams
        self.name = name
        self.log_id = name.removeprefix(stream_name(""))

    async def is_there(self) -> bool:
        return await self._info() is not None

    async def find(self) -> bool:
        """Whether it is there. Raises Conflict where it is not as the relay makes them."""
        info = await self._info()
        if info is None:
            return False
        if fault := _fault(info, [all_subjects(self.log_id)]):
            raise Conflict(
                f"the stream {self.name} {fault}; mend it (`nats stream edit`), or remove it"
                " (`nats stream rm`) to have the log published anew"
            )
        return True

    async def create(self, *, replicas: int) -> None:
        """Make it. Raises Conflict where another stream has its subjects, or the server cannot."""
        config = StreamConfig(
            name=self.name,
            subjects=[all_subjects(self.log_id)],
            description="A log of Kanal: the sequence of a message is its position",
            storage=StorageType.FILE,
            retention=RetentionPolicy.LIMITS,
            discard=DiscardPolicy.NEW,  # a full one refuses what is new, and keeps what it has
            duplicate_window=DUPLICATE_WINDOW,
            deny_delete=True,
            deny_purge=True,
            allow_direct=True,
            num_replicas=replicas,
        )
        # Where there is one of its name, another relay was quicker.
        if not await make_stream(self._streams, config) and not await self.find():
            raise Conflict(f"the server makes no stream {self.name}: another has its subjects")

    async def end(self) -> StreamEnd:
        """Its last message. Raises Conflict where messages are missing."""
        state = (await self._streams.stream_info(self.name)).state
        if state.messages != state.last_seq:
            raise self._purged(state.last_seq - state.messages)
        return await self.at(state.last_seq) if state.last_seq else StreamEnd()

    async def at(self, position: int) -> StreamEnd:
        """The message at a position. Raises Conflict where it is missing."""
        try:
            found = await self._streams.get_msg(self.name, seq=position)
        except NotFoundError:
            raise self._purged(1) from None
        headers: Mapping[str, str] = found.headers or {}
        said = (headers.get(each, "") for each in (MESSAGE_ID, STORED, RELAY))
        return StreamEnd(position, *said)

    async def shared_with(self, lineage: Lineage, *, upto: int) -> int:
        """The last position, at most `upto`, up to which it has the log with these epochs."""
        low, high = 0, upto
        while low < high:
            middle = (low + high + 1) // 2
            if (await self.at(middle)).id == id_of(lineage, middle):
                low = middle
            else:
                high = middle - 1
        return low

    async def seal(self) -> None:
        """Let it never change any more: the log goes on in another stream."""
        info = await self._info()
        if info is not None and not info.config.sealed:
            await self._streams.update_stream(replace(info.config, sealed=True))

    async def _info(self) -> StreamInfo | None:
        try:
            return await self._streams.stream_info(self.name)
        except NotFoundError:
            return None

    def _purged(self, count: int) -> Conflict:
        return Conflict(
            f"the stream {self.name} has lost {count} of its messages: it was purged, or messages"
            " were deleted; remove it (`nats stream rm`) to have the log published anew"
        )


def id_of(lineage: Lineage, position: int) -> str:
    """The id of the event that a log with these epochs has at a position."""
    return event_id(str(lineage.epoch_at(position).id), position)


def _fault(info: StreamInfo, subjects: list[str]) -> str | None:
    """What is wrong with a stream that is to hold all of a log for ever."""
    config = info.config
    of = ", ".join(config.subjects or ["other streams"])
    for_ever = not any((limit or 0) > 0 for limit in (config.max_age, config.max_msgs_per_subject))
    unlimited = not any((limit or 0) > 0 for limit in (config.max_msgs, config.max_bytes))
    faults = {
        f"is of {of}, not of {subjects[0]}": config.subjects != subjects,
        "copies another stream": bool(config.mirror or config.sources),
        f"has the retention {config.retention}, not limits": (
            config.retention != RetentionPolicy.LIMITS
        ),
        "discards old messages": (
            not for_ever or not (unlimited or config.discard == DiscardPolicy.NEW)
        ),
        "acknowledges nothing": config.no_ack,
        "is sealed": config.sealed,
    }
    return next((fault for fault, is_so in faults.items() if is_so), None)
