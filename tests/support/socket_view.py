"""What a client knows of channels from its socket alone, built as an application would build it."""

from typing import Any

from tests.support.clients import Client

APPEARS = "channel-created"


class SocketView:
    """A list as it was at a position, and what the socket said after that position."""

    def __init__(self, client: Client, channels: list[Any], position: int) -> None:
        self.client = client
        self.channels: dict[str, Any] = {channel["id"]: channel for channel in channels}
        self.members: dict[str, dict[str, str]] = {}
        """By channel and user: the roles that were told of."""
        self._list_position = self._last_position = position
        self._read = 0

    @property
    def ended(self) -> bool:
        """Whether its connection has ended, whoever ended it."""
        return any(heard.kind == "disconnect" for heard in self.client.heard)

    def take_in(self) -> None:
        """Take in what has come. Raises AssertionError where it does not go with what came before:
        out of order, twice, or about a channel that this client does not see."""
        for heard in self.client.heard[self._read :]:
            self._read += 1
            if heard.kind == "event" and str(heard.name).startswith("channel-"):
                (payload,) = heard.args
                if payload["position"] > self._list_position:
                    self._take_in(str(heard.name), payload)

    def _take_in(self, event: str, payload: Any) -> None:
        assert payload["position"] >= self._last_position
        self._last_position = payload["position"]
        id = payload["id"] if "id" in payload else payload["channelId"]
        assert (id in self.channels) is (event != APPEARS), (event, payload)
        match event:
            case "channel-created" | "channel-updated":
                self.channels[id] = payload
            case "channel-deleted":
                del self.channels[id]
                self.members.pop(id, None)
            case "channel-member-added":
                self.members.setdefault(id, {})[payload["userId"]] = payload["role"]
            case "channel-member-removed":
                self.members.setdefault(id, {}).pop(payload["userId"], None)
            case _:
                raise AssertionError(f"there is no event {event}")
