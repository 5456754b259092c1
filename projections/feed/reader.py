"""The reader of the feed: for whom a page is made, and what of the log they asked for."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from domain.actor import Actor
from domain.channel import CHANNEL_TOPICS
from domain.errors import Forbidden, Invalid

TYPES = tuple(sorted(CHANNEL_TOPICS))
"""The types that a public event may have."""


@dataclass(frozen=True, slots=True)
class FeedReader:
    """Who reads, which workspaces (None: all of the log), and events of which types (None: all)."""

    user_id: str
    reads_all: bool
    workspace_ids: AbstractSet[str] | None
    types: AbstractSet[str] | None = None

    def wants(self, workspace_id: str | None) -> bool:
        """Whether events of a workspace are to be looked at."""
        return self.workspace_ids is None or workspace_id in self.workspace_ids


def reader_for(actor: Actor, workspace_id: str | None, type: str | None) -> FeedReader:
    """The reader that an actor is: of the whole log with the scope for it, else of their own
    workspaces. Raises Forbidden, AccessRevoked, Invalid."""
    if type is not None and type not in TYPES:
        raise Invalid(f"type must be one of {', '.join(TYPES)}")
    types = None if type is None else frozenset({type})
    if actor.may_read_log:
        asked = None if workspace_id is None else frozenset({workspace_id})
        return FeedReader(actor.user_id, True, asked, types)
    if workspace_id is not None:
        actor.role_in(workspace_id)
        return FeedReader(actor.user_id, False, frozenset({workspace_id}), types)
    if not actor.roles:
        raise Forbidden("the access token names no workspace, and its scope not the log")
    return FeedReader(actor.user_id, False, frozenset(actor.roles), types)
