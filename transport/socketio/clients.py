"""The client manager: python-socketio's account of who is connected, without its rooms.

python-socketio's rooms are groups of clients; here the audience of an event is looked up in the
sessions. So a client is in no room, not even in the one of its own that python-socketio gives it,
and when it leaves, rooms need not be searched for it.
"""

from typing import Any

import socketio


class Clients(socketio.AsyncManager):  # type: ignore[misc]
    """The clients of each namespace, by their connections."""

    async def pre_connect(self, eio_sid: str, namespace: str) -> str | None:  # noqa: ARG002
        """Nobody enters a namespace but the default one, and nobody that one twice."""
        return None

    def enter(self, eio_sid: str) -> str:
        """Have the client of a connection in the default namespace, with an id of its own."""
        sid: str = self.server.eio.generate_id()
        self.basic_enter_room(sid, "/", None, eio_sid=eio_sid)
        return sid

    def basic_disconnect(self, sid: str, namespace: str, **_: Any) -> None:
        self.basic_leave_room(sid, namespace, None)
        leaving = self.pending_disconnect.get(namespace, [])
        if sid in leaving:
            leaving.remove(sid)
            if not leaving:
                del self.pending_disconnect[namespace]
