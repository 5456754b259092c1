"""Access taken back, as operators do it, and the tokens that it is about."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx

from tests.support.clients import PATIENCE
from tests.support.http import bearer
from tests.support.service import RunningService, running_service
from tests.support.tokens import token

LEEWAY = 30
"""Seconds that the clocks of `two_nodes` may differ from those of who issues tokens."""


def operator(name: str = "olga") -> str:
    """A token of an operator, who is in no workspace."""
    return token(name, (), scope="kanal:operate")


def issued_later(user: str, workspaces: Any) -> str:
    """A token that says of itself that it was issued in some seconds, which the leeway allows: it
    can be given to a client before access is taken back, and is good afterwards."""
    return token(user, workspaces, iat=time.time() + LEEWAY - 5)


@contextmanager
def two_nodes(database_url: str, **settings: str) -> Iterator[list[RunningService]]:
    """Two services on one log, which give a socket some seconds to authenticate: those that do not
    are waited for."""
    given = {"auth_timeout": "4", "jwt_leeway": str(LEEWAY), **settings}
    with ExitStack() as stack:
        yield [stack.enter_context(running_service(database_url, **given)) for _ in range(2)]


async def revoke(url: str, user: str, workspace: str | None = None) -> Any:
    """Take access back over HTTP, and answer what it answers."""
    body = {"userId": user} | ({} if workspace is None else {"workspaceId": workspace})
    async with httpx.AsyncClient(timeout=PATIENCE, verify=False) as http:
        response = await http.post(f"{url}/revocations", headers=bearer(operator()), json=body)
    assert response.status_code == 202, response.text
    return response.json()


async def listed(url: str, workspace: str, access: str) -> httpx.Response:
    """The answer to who asks for the channels of a workspace."""
    async with httpx.AsyncClient(timeout=PATIENCE, verify=False) as http:
        return await http.get(f"{url}/workspaces/{workspace}/channels", headers=bearer(access))


async def is_refused(url: str, workspace: str, access: str) -> bool:
    """Whether a token is refused there because access was taken back."""
    response = await listed(url, workspace, access)
    if response.status_code == 200:
        return False
    assert (response.status_code, response.json()["code"]) == (401, "access_revoked")
    assert response.headers["WWW-Authenticate"] == "Bearer"
    return True
