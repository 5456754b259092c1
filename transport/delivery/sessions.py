"""The sessions of all connections of this node, by their Engine.IO ids."""

from collections.abc import Iterator

from transport.delivery.listeners import Listeners
from transport.delivery.past_sessions import End, PastSessions
from transport.delivery.session import Session


class Sessions:
    """Opens and closes sessions; each may hold back `hold_limit` bytes of live events."""

    def __init__(self, *, hold_limit: int) -> None:
        self._hold_limit = hold_limit
        self._by_eio_sid: dict[str, Session] = {}
        self._opened = 0
        self.listeners = Listeners()
        self.past = PastSessions()

    def __getitem__(self, eio_sid: str) -> Session:
        return self._by_eio_sid[eio_sid]

    def get(self, eio_sid: str) -> Session | None:
        return self._by_eio_sid.get(eio_sid)

    def __iter__(self) -> Iterator[Session]:
        return iter(list(self._by_eio_sid.values()))

    def __len__(self) -> int:
        return len(self._by_eio_sid)

    def open(self, eio_sid: str, address: str = "", client_address: str = "") -> Session:
        self._opened += 1
        session = Session(
            eio_sid,
            self.listeners,
            self._hold_limit,
            past=self.past,
            number=self._opened,
            address=address,
            client_address=client_address,
        )
        self._by_eio_sid[eio_sid] = session
        return session

    def close(self, eio_sid: str, why: End | None = None) -> bool:
        """Close and forget a session; whether there was one. Without a reason it is what the
        session ends with."""
        session = self._by_eio_sid.pop(eio_sid, None)
        if session is not None:
            session.ends_with = why or session.ends_with
            session.close()
        return session is not None
