"""The revocations in force, as a node knows them: asked at every door, and again for the sockets
that are open when one is added. A follower of the log keeps them level with it.

A token that was issued at the moment of a revocation or before is refused, or loses the workspace.
There is no leeway: who logs in again afterwards is let in, as far as the issuer's clock agrees.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress

from domain.access import RevokedAccess
from domain.actor import Actor
from domain.errors import AccessRevoked, Unavailable
from domain.event_log import UndecodableEvent

PATIENCE = 2.0
"""Seconds that a token waits at a door until it is known whether it was taken back."""

_Revoked = dict[str | None, float]
"""By workspace, with None for all of them: when, in Unix time."""


class Revocations:
    """Those that a token can outlive; the others are forgotten as later ones come."""

    def __init__(self, *, kept_for: float) -> None:
        """`kept_for` is how many seconds after its issue a token may be good."""
        self._kept_for = kept_for
        self._by_user: OrderedDict[str, _Revoked] = OrderedDict()
        """In the order of the latest of each."""
        self._level = asyncio.Event()
        self._unreadable: UndecodableEvent | None = None

    @property
    def are_known(self) -> bool:
        """Whether tokens are let in."""
        return self._level.is_set()

    @property
    def oldest(self) -> float:
        """The moment, in Unix time, before which a revocation concerns no token any more."""
        return time.time() - self._kept_for

    def load(self, revoked: Iterable[RevokedAccess]) -> None:
        """Begin anew with those of a list, oldest first; more may follow before all are known."""
        self.forget()
        for access in revoked:
            self.add(access)

    def add(self, access: RevokedAccess) -> None:
        """Take in the next one."""
        found = self._by_user.setdefault(access.user_id, {})
        at = access.revoked_at.timestamp()
        found[access.workspace_id] = max(at, found.get(access.workspace_id, at))
        self._by_user.move_to_end(access.user_id)
        while self._by_user and max(next(iter(self._by_user.values())).values()) < self.oldest:
            self._by_user.popitem(last=False)

    def all_known(self) -> None:
        """From here on tokens are let in: all are known that the log had when it was asked."""
        self._level.set()

    def forget(self) -> None:
        """Let nobody in until all are known again: the log may have lost its end."""
        self._by_user.clear()
        self._level.clear()
        self._unreadable = None

    def give_up(self, error: UndecodableEvent) -> None:
        """Let nobody in any more: a revocation cannot be read, which may be anybody's."""
        self.forget()
        self._unreadable = error

    def admit(self, actor: Actor) -> Actor:
        """What is left to an actor of what was granted to them.

        Raises AccessRevoked where that is nothing, Unavailable while it is not known, and
        UndecodableEvent where it cannot be.
        """
        if (error := self._unreadable) is not None:
            raise UndecodableEvent(error.position, error.topic, error.reason)
        if not self.are_known:
            raise Unavailable("it is not known yet whose access was taken back; try again")
        found = self._by_user.get(actor.user_id)
        if found is None:
            return actor
        if found.get(None, float("-inf")) >= actor.granted_at:
            raise AccessRevoked.to(None)
        lost = {id for id in actor.roles if found.get(id, float("-inf")) >= actor.granted_at}
        return actor.without(lost) if lost else actor

    async def admit_once_known(self, actor: Actor) -> Actor:
        """The same, where it may become known in a moment: another epoch of the log has begun, and
        the clients come back at once."""
        if not self.are_known and self._unreadable is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._level.wait()
        return self.admit(actor)
