"""The Socket.IO server of the peers in Python, as python-socketio's documents show it: a token is
checked where a socket connects, and a room is a workspace."""

from typing import Any

import jwt
import socketio

from benchmarks.peers.token_check import SECRET

sio = socketio.AsyncServer(async_mode="sanic")


@sio.event
async def connect(sid: str, _environ: dict[str, Any], auth: dict[str, str]) -> None:
    claims = jwt.decode(auth["token"], SECRET, algorithms=["HS256"])
    for workspace_id in claims["workspaces"]:
        await sio.enter_room(sid, workspace_id)
    await sio.emit("auth-success", {"userId": claims["sub"]}, to=sid)
