"""`await-position`: acknowledged once a socket has been sent all that it is to hear up to there.

A list of several pages reflects a position for each of them, while the socket hears what changes
meanwhile. With this a client knows when it has heard up to the last of them, as `minPosition` lets
a list wait for what a socket has heard. Where it names a workspace, a client knows as well that
what it has not heard did not happen there: its token may not name the workspace, or access to it
may have been taken back.
"""

import asyncio
from typing import Any

from domain.errors import Unavailable
from transport.delivery.live_delivery import Delivery
from transport.delivery.session import Session
from transport.schemas.decoding import convert_data
from transport.schemas.positions import AwaitPositionEvent, PositionReached
from transport.sockets.silence import silence_of

AWAIT_TIMEOUT = 4.0
"""Seconds."""


async def await_position(session: Session, delivery: Delivery, data: Any) -> PositionReached:
    """Wait until the session has been told all up to a position; its other events wait behind.

    Raises Malformed, Invalid, Unavailable where it is not reached in time, that or Unauthenticated
    where the session speaks for nobody any more; Forbidden and AccessRevoked where it hears nothing
    of the workspace that is named.
    """
    request = convert_data(data, AwaitPositionEvent)
    try:
        async with asyncio.timeout(AWAIT_TIMEOUT):
            await session.caught_up()
            await delivery.reached(request.position)
    except TimeoutError:
        raise Unavailable("the position is not reached yet; try again") from None
    if session.actor is None:
        raise silence_of(session)
    if request.workspace_id is not None:
        session.actor.role_in(request.workspace_id)
    return PositionReached(session.position)
