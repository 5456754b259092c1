"""A command as clients ask for it, over a socket and over HTTP: what a row of the table of commands
holds."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from domain.access import AccessCommands
from domain.actor import Cause
from domain.commands import ChannelCommands
from transport.schemas.decoding import EventData, convert_data

Data = TypeVar("Data", bound=EventData)


@dataclass(frozen=True, slots=True)
class Commands:
    """All that the domain does for clients."""

    channels: ChannelCommands
    access: AccessCommands


@dataclass(frozen=True, slots=True)
class Route:
    """A command over HTTP, as OpenAPI has it: `method` in lower case, `answered` by status what an
    answer says, `headers` what it carries beside its body; `refused` the codes with which the
    domain refuses this command, and not all that name the same things."""

    method: str
    path: str
    operation_id: str
    summary: str
    answer: type[msgspec.Struct]
    answered: Mapping[int, str]
    headers: tuple[str, ...] = ()
    body: type[msgspec.Struct] | None = None
    needs_body: bool = True
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command(Generic[Data]):
    """A command as clients ask for it; `data` is that of its event, `route` the same over HTTP."""

    event: str
    data: type[Data]
    acknowledgement: type[msgspec.Struct]
    handler: Callable[[Commands, Cause, Data], Awaitable[msgspec.Struct]]
    route: Route

    async def serve(self, commands: Commands, cause: Cause, data: Any) -> msgspec.Struct:
        """Do what an event asks for and answer its acknowledgement.

        Raises Malformed, Invalid and whatever else the command refuses with.
        """
        return await self.handler(commands, cause, convert_data(data, self.data))
