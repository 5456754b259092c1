"""Stock clients that come back by themselves, and the tokens that their `auth` function gives."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from tests.support.clients import STOCK_CLIENTS, Client

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"]}

WITHOUT_DELAY: dict[str, dict[str, Any]] = {
    "javascript": {"reconnectionDelay": 50, "reconnectionDelayMax": 200},
    # Its factor is in seconds.
    "python": {"reconnection": True, "reconnection_delay": 0.1, "randomization_factor": 0},
}
"""They come back anyway; by default after seconds."""

FOR_GOOD = {"javascript": "io server disconnect", "python": "server disconnect"}
"""What a client says that is told to stay away."""


class Auth:
    """What the `auth` function of a client gives: a token, and after `renew` another one."""

    def __init__(self, kind: str, access: str, **more: Any) -> None:
        self._kind = kind
        self._auth = {"token": access, "recover": True, **more}

    @property
    def option(self) -> Any:
        return self._auth if self._kind == "javascript" else lambda: self._auth

    def renew(self, client: Client, access: str) -> None:
        self._auth["token"] = access
        if hasattr(client, "command"):  # the function is in the client's own process
            client.command(op="token", token=access)


def returning_client(
    url: str, kind: str, transport: str, auth: Auth
) -> AbstractAsyncContextManager[Client]:
    """A stock client of a kind, over a transport."""
    return STOCK_CLIENTS[kind](
        url, auth=auth.option, transports=TRANSPORTS[transport], **WITHOUT_DELAY[kind]
    )
