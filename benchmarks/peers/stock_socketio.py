"""The peer of the fan-out rows: python-socketio on Sanic, as its documents show it.

A room is a workspace; `POST /emit?count=N` emits its body N times to the room.
"""

import itertools

from sanic import Request, Sanic
from sanic.response import HTTPResponse, empty

from benchmarks.peers.socket_server import sio

app = Sanic("stock")
sio.attach(app)

positions = itertools.count(1)


@app.post("/emit")
async def emit(request: Request) -> HTTPResponse:
    model = request.json
    for _ in range(int(request.args["count"][0])):
        event = model | {"position": next(positions)}
        await sio.emit("channel-created", event, room=model["workspaceId"])
    return empty()
