"""How servers are spoken to: what makes a socket, a token, and something to be heard.

All say the same thing, a created channel; those that keep no channels are handed it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.centrifugo.sockets import CentrifugoSocket
from benchmarks.sockets import CountingSocket
from tests.support.tokens import token

WORKSPACE = "bench"

Request = tuple[str, str]
"""Of a POST: its target, and its body as JSON."""


@dataclass(frozen=True)
class Protocol:
    """What differs; `creation` takes a workspace and a channel's name, `emission` a number."""

    socket: type[CountingSocket]
    claim: str
    """Of a token: it lists the workspaces whose events its user hears."""
    creation: Callable[[str, str], Request]
    """Makes one channel be heard of."""
    emission: Callable[[int], Request]
    """Makes so many channels be heard of in `WORKSPACE`; Kanal is not asked by a POST for that."""

    def access(self, user: str, workspace: str = WORKSPACE) -> str:
        """A token for a day."""
        claims: dict[str, Any] = {self.claim: [workspace]}
        return token(user, ttl=86_400, **claims)


def channel(name: str = "a channel") -> str:
    """A created channel, as sockets hear of it; JSON."""
    return (
        '{"id":"5b8ce22b-1e7b-4b72-a9fa-188ccf7699c6","workspaceId":"bench",'
        f'"name":"{name}","description":null,"isPrivate":false,"creatorId":"bench",'
        '"createdAt":"2026-01-31T10:28:19.123456Z","updatedAt":"2026-01-31T10:28:19.123456Z",'
        '"version":1,"position":100000}'
    )


def _created(workspace: str, name: str) -> Request:
    return f"/workspaces/{workspace}/channels", f'{{"name":"{name}"}}'


def _emitted(count: int) -> Request:
    return f"/emit?count={count}", channel()


def _published(workspace: str, name: str) -> Request:
    return "/api/publish", f'{{"channel":"{workspace}","data":{channel(name)}}}'


def _published_together(count: int) -> Request:
    one = f'{{"publish":{{"channel":"{WORKSPACE}","data":{channel()}}}}}'
    return "/api/batch", f'{{"commands":[{",".join([one] * count)}]}}'


SOCKET_IO = Protocol(CountingSocket, "workspaces", _created, _emitted)
CENTRIFUGO = Protocol(CentrifugoSocket, "channels", _published, _published_together)
