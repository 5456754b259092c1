"""The mapper: domain events to stored events and back, with eventsourcing's own transcodings."""

from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    DatetimeAsISO,
    JSONTranscoder,
    Mapper,
    Transcoding,
    UUIDAsHex,
)
from rpds import HashTrieMap

# Events are decoded by topic; importing their modules is what registers the topics.
import domain.channel
import domain.channel_name  # noqa: F401
from domain.channel import MemberRole


def create_mapper() -> Mapper[UUID]:
    """JSON in UTF-8, with what JSON has no form for tagged; the format of all that is stored."""
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    transcoder.register(MembersAsDict())
    return Mapper(transcoder)


class MembersAsDict(Transcoding):
    """The members of a channel, in snapshots."""

    type = HashTrieMap
    name = "members"

    def encode(self, obj: "HashTrieMap[str, MemberRole]") -> dict[str, Any]:
        return dict(sorted(obj.items()))  # the trie's own order differs between processes

    def decode(self, data: dict[str, Any]) -> "HashTrieMap[str, MemberRole]":
        return HashTrieMap({user_id: MemberRole(role) for user_id, role in data.items()})
