"""Connection state recovery as the stock JavaScript client takes part in it, over raw sessions.

They can be cut at any moment, which a stock client in its process cannot.
"""

import json
from typing import Any

from tests.support.engine_io import CONNECT, Session


class Memory:
    """What the client keeps from one connection to the next: `pid` and `offset`."""

    def __init__(self, pid: str | None = None, offset: str | None = None) -> None:
        self.pid = pid
        self.offset = offset

    def handshake(self, auth: dict[str, Any]) -> dict[str, Any]:
        kept = {"pid": self.pid, "offset": self.offset} if self.pid is not None else {}
        return {**{key: value for key, value in kept.items() if value is not None}, **auth}

    def connected(self, pid: str) -> bool:
        """Take in the answer to CONNECT; answers `socket.recovered`."""
        recovered = self.pid == pid
        self.pid = pid
        return recovered

    def hear(self, *arguments: Any) -> None:
        """Take in an event."""
        if self.pid is not None and arguments and isinstance(arguments[-1], str):
            self.offset = arguments[-1]

    async def join(self, session: Session, **auth: Any) -> bool:
        """Connect, and take in nothing but the answer; answers `socket.recovered`."""
        handshake = self.handshake({"recover": True, **auth})
        await session.send(CONNECT + json.dumps(handshake))
        return self.connected(json.loads((await session.packet(CONNECT))[2:])["pid"])

    def hear_all(self, session: Session) -> None:
        """Take in all events that a session has received."""
        for event in session.all_events():
            self.hear(*event)
