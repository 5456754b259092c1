"""The peer of the fan-out rows: python-socketio on Sanic, as its documents show it.

A room is a workspace; `POST /emit?count=N` emits its body N times to the room.
"""

import itertools
from typing import Any

import jwt
import socketio
from sanic import Request, Sanic
from sanic.response import HTTPResponse, empty

from benchmarks.peers.token_check import SECRET

app = Sanic("stock")
sio = socketio.AsyncServer(async_mode="sanic")
sio.attach(app)

positions = itertools.count(1)


@sio.event
async def connect(sid: str, _environ: dict[str, Any], auth: dict[str, str]) -> None:
    claims = jwt.decode(auth["token"], SECRET, algorithms=["HS256"])
    for workspace_id in claims["workspaces"]:
        await sio.enter_room(sid, workspace_id)
    await sio.emit("auth-success", {"userId": claims["sub"]}, to=sid)


@app.post("/emit")
async def emit(request: Request) -> HTTPResponse:
    model = request.json
    for _ in range(int(request.args["count"][0])):
        event = model | {"position": next(positions)}
        await sio.emit("channel-created", event, room=model["workspaceId"])
    return empty()
