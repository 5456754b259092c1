"""The resume check: whether a client resumes from what it says that it has seen, or is refused."""

from domain.actor import Actor
from persistence.log.epochs import Lineage
from transport.delivery.claims import Claim, is_shared
from transport.delivery.live_delivery import Delivery
from transport.delivery.log_reads import WorkspacePositions


class ResumeCheck:
    """Refuses a claim to what is no part of the log, and one that is too far behind."""

    def __init__(self, positions: WorkspacePositions, delivery: Delivery, *, limit: int) -> None:
        """`limit` is how many events of its workspaces a client may be behind."""
        self._positions = positions
        self._delivery = delivery
        self._limit = limit

    async def can_resume(self, claim: Claim, actor: Actor, lineage: Lineage) -> bool:
        """Whether all beyond a claim can be told. Raises Unavailable."""
        if not is_shared(claim, lineage):
            return False
        await self._delivery.come_up()
        position = self._delivery.position
        if claim.position > position:
            return claim.position <= await self._positions.head()  # another node was ahead of us
        if position - claim.position <= self._limit:
            return True
        limit = self._limit + 1
        missed = await self._positions.count_workspaces(
            list(actor.roles), after=claim.position, limit=limit
        )
        return missed < limit
