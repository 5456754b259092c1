"""Claims: what a client says that it has seen, by which it resumes, and what it has been told.

A claim comes with `auth` (`position`, `log`), or with the handshake of Socket.IO's connection state
recovery (see `transport/sockets/recovery.py`); a client that authenticates again on one connection
need not claim anything: what it was told there is known.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import msgspec

from domain.actor import Actor
from persistence.log.epochs import GREATEST, Lineage


@dataclass(frozen=True, slots=True)
class Claim:
    """Everything up to `position` has been seen, in the log of that id; None: whichever this is."""

    position: int
    log: str | None = None


def is_shared(claim: Claim, lineage: Lineage) -> bool:
    """Whether what a claim speaks of is a part of the log, as far as its epochs tell."""
    return lineage.includes(claim.log, claim.position)


def best_claim(lineage: Lineage, *claims: Claim | None) -> Claim | None:
    """The claim to the highest position of those about this log; without one, the first."""
    found = [claim for claim in claims if claim is not None]
    ours = [claim for claim in found if is_shared(claim, lineage)]
    return max(ours, key=lambda claim: claim.position, default=next(iter(found), None))


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a client said at CONNECT, and what it was answered; the next `auth` is held to it."""

    claim: Claim | None = None
    offset: str = ""
    """The offset that the client holds."""
    can_resume: bool | None = None
    """Whether all beyond the claim will be told; None where the answer to CONNECT left it open."""


NO_HANDSHAKE = Handshake()


class Told(msgspec.Struct, frozen=True):
    """What a connection told a user: of each workspace all beyond its `since`, up to `upto`."""

    user_id: str
    since: Mapping[str, int]
    upto: int

    def includes(self, workspace_id: str, position: int) -> bool:
        since = self.since.get(workspace_id)
        return since is not None and since < position <= self.upto

    def includes_all(self, workspace_ids: Iterable[str], start: int) -> bool:
        """Whether all beyond `start`, as far as anything was told, was told of them all."""
        return start <= self.upto and all(
            id in self.since and self.since[id] <= start for id in workspace_ids
        )

    def beyond(self, before: "Told", start: int) -> Mapping[str, int]:
        """Of each workspace, the position beyond which what is told from `start` on was not told
        before."""
        if before.user_id != self.user_id:
            return self.since
        begins = {
            id: max(start, before.upto) if before.since.get(id, GREATEST) <= start else start
            for id in self.since
        }
        return self.since if begins == self.since else begins

    def continues(self, other: "Told") -> bool:
        """Whether all of the other is a part of this."""
        return other.user_id == self.user_id and all(
            self.since.get(id, GREATEST) <= since for id, since in other.since.items()
        )

    def within(self, workspace_ids: AbstractSet[str]) -> "Told":
        """What of it was told of some workspaces."""
        since = {id: since for id, since in self.since.items() if id in workspace_ids}
        return Told(self.user_id, since, self.upto)

    def then(self, actor: Actor, start: int) -> "Told":
        """What will have been told once `actor` is told all beyond `start` as well."""
        joins = actor.user_id == self.user_id and start <= self.upto
        before = self.since if joins else {}
        since = {id: min(start, before.get(id, start)) for id in actor.roles}
        return Told(actor.user_id, since, start)


NOTHING_TOLD = Told("", {}, 0)
