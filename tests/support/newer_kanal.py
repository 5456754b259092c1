"""Kanal of a version to come, which knows one event more: its command line, by `python -m`."""

from typing import ClassVar

from eventsourcing.utils import register_topic

from domain.channel import Channel
from scripts import kanal


class Pinned(Channel.Event):
    """Of which the Kanal of today knows nothing."""

    TOPIC: ClassVar[str] = "channel.pinned"
    message: str


register_topic(Pinned.TOPIC, Pinned)

if __name__ == "__main__":
    kanal.main()
