"""The client manager: python-socketio's account of who is connected, without its rooms.

python-socketio's rooms are groups of clients; here the audience of an event is looked up in the
sessions. So a client is in no room, not even in the one of its own that python-socketio gives it,
and when it leaves, rooms need not be searched for it.
"""

from typing import Any

import socketio
from bidict import ValueDuplicationError


class Clients(socketio.AsyncManager):  # type: ignore[misc]
    """The clients of each namespace, by their connections."""

    async def pre_connect(self, eio_sid: str, namespace: str) -> str | None:
        sid: str = self.server.eio.generate_id()
        try:
            self.basic_enter_room(sid, namespace, None, eio_sid=eio_sid)
        except ValueDuplicationError:  # already connected
            return None
        self.pending_connect.setdefault(namespace, []).append(sid)
        return sid

    def basic_disconnect(self, sid: str, namespace: str, **_: Any) -> None:
        self.basic_leave_room(sid, namespace, None)
        for pending in (self.pending_connect, self.pending_disconnect):
            if sid in pending.get(namespace, ()):
                pending[namespace].remove(sid)
                if not pending[namespace]:
                    del pending[namespace]
