"""The floor of hearing: the least that a durable create does on these libraries.

The token is checked, one row is inserted and committed, and it is emitted; there are no events, no
names, no log to follow, and nobody is told what they missed.
"""

import os
from uuid import uuid4

import asyncpg
from sanic import Request, Sanic
from sanic.response import HTTPResponse, json

from benchmarks.peers.socket_server import sio
from benchmarks.peers.token_check import user_of

app = Sanic("bare")
sio.attach(app)


@app.before_server_start
async def open_database(app: Sanic) -> None:
    app.ctx.database = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=8)
    await app.ctx.database.execute("CREATE TABLE channels (id uuid PRIMARY KEY, name text)")


@app.after_server_stop
async def close_database(app: Sanic) -> None:
    await app.ctx.database.close()


@app.post("/workspaces/<workspace_id:str>/channels")
async def create_channel(request: Request, workspace_id: str) -> HTTPResponse:
    user_id = user_of(request, workspace_id)
    channel_id, name = uuid4(), request.json["name"]
    await app.ctx.database.execute("INSERT INTO channels VALUES ($1, $2)", channel_id, name)
    model = {"id": str(channel_id), "name": name, "creatorId": user_id}
    await sio.emit("channel-created", model, room=workspace_id)
    return json(model, status=201)
