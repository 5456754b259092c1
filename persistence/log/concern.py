"""Whom the events of an append concern: said in its notification, so that a node on which nobody
listens to their workspaces need not get up for it. It passes them over later, many at a time.

Workspaces are told by tags, which are short. That two may share one costs a look and nothing else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from zlib import crc32

MAX_TAGS = 500
"""A notification has room for 7,999 bytes. What concerns more workspaces is said to concern all."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Events that concern nobody here, as one: those at positions from `first` to `position`."""

    first: int
    position: int
    changed: Mapping[str, int]
    """By workspace, the last position among them at which a channel changed that was there."""
    joined: int
    """The `joined` of the concern by which they were passed over."""


class Concern(Protocol):
    """Which workspaces concern a node."""

    joined: int
    """How many workspaces have begun to concern it."""

    def are_in(self, workspace_id: str | None) -> bool:
        """Whether a workspace concerns it now."""
        ...

    def hears(self, tag: str) -> bool:
        """Whether a workspace with that tag does."""
        ...


def tag_of(workspace_id: str) -> str:
    """The tag of a workspace, for people who look at a notification in hexadecimal."""
    return f"{crc32(workspace_id.encode()):x}"


def said_of(workspace_ids: Iterable[str | None]) -> str:
    """What a notification says of the workspaces of its events; nothing where one of them is of no
    workspace, and concerns all."""
    found = set(workspace_ids)
    if len(found) > MAX_TAGS or None in found:
        return ""
    return "".join(f" {tag_of(workspace_id)}" for workspace_id in found if workspace_id is not None)
