"""The service that a user would write first: Sanic, eventsourcing's Application, python-socketio.

It is configured as eventsourcing's documents show it, by POSTGRES_* in the environment, with the
library's own pool (5 connections and 10 more when needed). It promises less than Kanal: names are
not unique, there is no list, and a socket hears only what happens while it is connected. Saving
blocks, so it is done in a thread; called in the handler itself it keeps every other request waiting
and is about a third slower.
"""

import asyncio
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from sanic import Request, Sanic
from sanic.response import HTTPResponse, json

from benchmarks.peers.socket_server import sio
from benchmarks.peers.token_check import user_of


class Channel(Aggregate):
    @event("Created")
    def __init__(
        self,
        workspace_id: str,
        name: str,
        description: str | None,
        is_private: bool,
        creator_id: str,
    ) -> None:
        self.workspace_id = workspace_id
        self.name = name
        self.description = description
        self.is_private = is_private
        self.creator_id = creator_id


class Channels(Application[UUID]):
    def create_channel(
        self,
        workspace_id: str,
        name: str,
        description: str | None,
        is_private: bool,
        creator_id: str,
    ) -> Channel:
        channel = Channel(workspace_id, name, description, is_private, creator_id)
        self.save(channel)
        return channel


app = Sanic("naive")
sio.attach(app)


@app.before_server_start
async def open_log(app: Sanic) -> None:
    app.ctx.channels = Channels()


@app.after_server_stop
async def close_log(app: Sanic) -> None:
    app.ctx.channels.close()


@app.post("/workspaces/<workspace_id:str>/channels")
async def create_channel(request: Request, workspace_id: str) -> HTTPResponse:
    user_id = user_of(request, workspace_id)
    body = request.json
    arguments = (
        workspace_id, body["name"], body.get("description"), body.get("isPrivate", False), user_id,
    )  # fmt: skip
    channel = await asyncio.to_thread(app.ctx.channels.create_channel, *arguments)
    model = {
        "id": str(channel.id),
        "workspaceId": channel.workspace_id,
        "name": channel.name,
        "description": channel.description,
        "isPrivate": channel.is_private,
        "creatorId": channel.creator_id,
        "createdAt": channel.created_on.isoformat(),
        "updatedAt": channel.modified_on.isoformat(),
        "version": channel.version,
    }
    await sio.emit("channel-created", model, room=workspace_id)
    return json(model, status=201)
