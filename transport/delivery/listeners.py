"""The listeners: who can be spoken to in a workspace, found by the audience of an emission; and all
sessions that speak for a user, those that still catch up among them.

A session enters with its `auth-success` and leaves when it expires, so whatever looks for sessions
here finds none that has not shown its right.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from domain.actor import Actor
from domain.visibility import Audience
from persistence.log.concern import tag_of

if TYPE_CHECKING:
    from transport.delivery.session import Session


class Listeners:
    """The sessions of this node that hold or are live, by workspace and user; and by user alone all
    that have authenticated."""

    def __init__(self) -> None:
        self._by_workspace: dict[str, dict[str, set[Session]]] = {}
        self._by_user: dict[str, set[Session]] = {}
        self._tags: Counter[str] = Counter()
        """Of the workspaces in which somebody can be spoken to."""
        self._in_several = 0
        """Sessions that can be spoken to in more than one workspace."""
        self.joined = 0
        """How many workspaces have had their first session here."""
        self.has_joined: Callable[[], None] = lambda: None
        """Called when one has."""
        self.settle: Callable[[], None] = lambda: None
        """Called before it shows how far they were told, or lets one go: has the rest told."""
        self._position = 0

    @property
    def position(self) -> int:
        """Everything up to here has been sent, or held back, to whoever was listening."""
        self.settle()
        return self._position

    @position.setter
    def position(self, position: int) -> None:
        self._position = position

    def add(self, session: "Session", actor: Actor) -> None:
        self._in_several += len(actor.roles) > 1
        for workspace_id in actor.roles:
            users = self._by_workspace.get(workspace_id)
            if users is None:
                users = self._by_workspace[workspace_id] = {}
                self._tags[tag_of(workspace_id)] += 1
                self.joined += 1
                self.has_joined()
            users.setdefault(actor.user_id, set()).add(session)

    def remove(self, session: "Session", actor: Actor) -> None:
        self.settle()
        self._in_several -= len(actor.roles) > 1
        for workspace_id in actor.roles:
            users = self._by_workspace[workspace_id]
            users[actor.user_id].remove(session)
            if not users[actor.user_id]:
                del users[actor.user_id]
            if not users:
                del self._by_workspace[workspace_id]
                tag = tag_of(workspace_id)
                self._tags[tag] -= 1
                if not self._tags[tag]:
                    del self._tags[tag]

    def speaks(self, session: "Session", user_id: str) -> None:
        """A session speaks for a user from here on."""
        self._by_user.setdefault(user_id, set()).add(session)

    def falls_silent(self, session: "Session", user_id: str) -> None:
        """It speaks for the user no more."""
        sessions = self._by_user[user_id]
        sessions.remove(session)
        if not sessions:
            del self._by_user[user_id]

    def of_user(self, user_id: str) -> "list[Session]":
        """The sessions that speak for a user now."""
        return list(self._by_user.get(user_id, ()))

    def connections_of(self, user_id: str) -> int:
        """How many sessions of this node speak for a user."""
        return len(self._by_user.get(user_id, ()))

    @property
    def overlap(self) -> bool:
        """Whether any session is in more than one workspace."""
        return self._in_several > 0

    def are_in(self, workspace_id: str | None) -> bool:
        """Whether anybody in a workspace can be spoken to."""
        return workspace_id in self._by_workspace

    def hears(self, tag: str) -> bool:
        """Whether anybody in a workspace with that tag can be spoken to."""
        return tag in self._tags

    def audience(self, audience: Audience) -> Iterator["Session"]:
        """The sessions of an audience."""
        users = self._by_workspace.get(audience.workspace_id, {})
        if audience.only is not None:
            fewer, more = sorted((audience.only, users.keys()), key=len)
            found = [users[user_id] for user_id in fewer if user_id in more]
            return chain.from_iterable(found)
        if audience.without:
            found = [users[user_id] for user_id in users.keys() - audience.without]
            return chain.from_iterable(found)
        return chain.from_iterable(users.values())
