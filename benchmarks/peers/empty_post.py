"""The floor of a create: the same framework and the same token check, and nothing else."""

from sanic import Request, Sanic
from sanic.response import HTTPResponse, empty

from benchmarks.peers.token_check import user_of

app = Sanic("empty")


@app.post("/workspaces/<workspace_id:str>/channels")
async def create_channel(request: Request, workspace_id: str) -> HTTPResponse:
    user_of(request, workspace_id)
    return empty(status=201)
