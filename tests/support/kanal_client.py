"""kanal-client, in a process of its own: the states that it shows, and the commands it sends."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.faults.proxy import Proxy
from tests.support.clients import ProcessClient, process_client
from tests.support.javascript_package import PACKAGE, build, node

PYTHON_PACKAGE = Path(__file__).parents[2] / "clients" / "python"

LANGUAGES = ("javascript", "python")
language = "javascript"
"""That of the clients that are started: the fixture of the same name sets it."""

WITHOUT_DELAY = {"reconnectionDelay": 50, "reconnectionDelayMax": 200}

TRANSPORTS: dict[str, list[str] | None] = {
    "websocket": ["websocket"],
    "polling": ["polling"],
    "default": None,
}


class Refused(Exception):
    """What a command of the client was rejected with: `code`, and `status` where it has one."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(error["message"])
        self.code = error["code"]
        self.status = error["status"]


def said_of(before: Sequence[Any], state: Mapping[str, Any]) -> list[Any]:
    """The channels of a state beyond those that it has `kept`. The process says the id of one that
    is the same object as in the state before, at another place."""
    moved = {channel["id"]: channel for channel in before[state["kept"] :]}
    return [moved[each] if isinstance(each, str) else each for each in state["channels"]]


class KanalClient:
    """The states that it has shown, in order, and what a test waits for among them."""

    def __init__(self, process: ProcessClient, workspace: str) -> None:
        self.process = process
        self.workspace = workspace
        self.models = 0
        """How many objects it has shown as channels; what stays the same object counts once."""
        self._calls = 0
        self._read = 0
        self._states: list[Any] = []

    @property
    def states(self) -> list[Any]:
        """As the process says them, each with all of its channels."""
        for heard in self.process.heard[self._read :]:
            self._read += 1
            if heard.kind == "state":
                said = heard.args[0]
                before = self._states[-1]["channels"] if self._states else []
                channels = [*before[: said["kept"]], *said_of(before, said)]
                self.models += len([each for each in said["channels"] if not isinstance(each, str)])
                self._states.append({**said, "channels": channels})
        return self._states

    @property
    def state(self) -> Any:
        return self.states[-1]

    @property
    def names(self) -> list[str]:
        """Those of the channels that it shows, oldest first."""
        return [channel["name"] for channel in self.state["channels"]]

    @property
    def asked(self) -> int:
        """How often it has asked the application for a token."""
        return len([heard for heard in self.process.heard if heard.kind == "asked"])

    @property
    def held(self) -> int:
        """How often the application was asked and held its answer back."""
        return len([heard for heard in self.process.heard if heard.kind == "held"])

    async def until(self, condition: Callable[[Any], Any]) -> Any:
        """Wait until the condition holds for the state that it shows, and answer that."""
        await self.process.until(lambda: self.states and condition(self.state))
        return self.state

    async def live(self, *, position: int = 0) -> Any:
        """Wait until it is level with the service, up to a position at least."""
        return await self.until(lambda s: s["status"] == "live" and s["position"] >= position)

    async def status(self, status: str) -> Any:
        return await self.until(lambda state: state["status"] == status)

    async def call(self, name: str, *args: Any) -> Any:
        """The result of a command. Raises Refused."""
        return await self.answer(self.start(name, *args))

    def start(self, name: str, *args: Any) -> str:
        """Send a command, and answer what `answer` waits for it by."""
        self._calls += 1
        self.process.command(op="call", name=name, args=args, ack=str(self._calls))
        return str(self._calls)

    async def answer(self, call: str) -> Any:
        """What a command that was sent has resulted in. Raises Refused."""
        found = await self.process.until(
            lambda: [
                heard for heard in self.process.heard if (heard.kind, heard.name) == ("ack", call)
            ]
        )
        answer = found[0].args[0]
        if "error" in answer:
            raise Refused(answer["error"])
        return answer["result"]

    def has_answer(self, call: str) -> bool:
        return any((each.kind, each.name) == ("ack", call) for each in self.process.heard)

    def give(self, *tokens: str | None) -> None:
        """What the application answers from now on when it is asked for a token, one after the
        other, and then always the last; None: it throws."""
        self.process.command(op="tokens", tokens=tokens)

    def hold(self, *, is_held: bool = True) -> None:
        """Let the application answer what it is asked from now on only with the next `hold`, with
        the token that it had when it was asked; what it was asked before it answers now."""
        self.process.command(op="hold", isHeld=is_held)

    def reconnect(self) -> None:
        self.process.command(op="reconnect")


class Way(Proxy):
    """A way to a service that can be cut."""

    async def interrupt(self, client: KanalClient) -> None:
        """Cut it for as long as the client takes to notice."""
        count = len(client.states)
        await self.cut()
        await client.until(lambda _: len(client.states) > count)
        self.heal()


def way_to(url: str) -> Way:
    return Way(partial(asyncio.open_connection, "127.0.0.1", int(url.rpartition(":")[2])))


@asynccontextmanager
async def kanal_client(
    url: str,
    workspace: str,
    *tokens: str | None,
    transports: list[str] | None = None,
    **settings: Any,
) -> AsyncIterator[KanalClient]:
    """A client of a workspace, whose application gives the tokens as in `give`."""
    given = {"tokens": tokens, "transports": transports, **settings}
    async with kanal_process(language, url, workspace, **given) as process:
        yield KanalClient(process, workspace)


def kanal_process(
    language: str,
    url: str,
    workspace: str,
    *,
    tokens: Sequence[str | None],
    transports: list[str] | None,
    **settings: Any,
) -> AbstractAsyncContextManager[ProcessClient]:
    """The process of a client in one of the LANGUAGES; it hears `state` and `asked`."""
    socket = WITHOUT_DELAY | ({} if transports is None else {"transports": transports})
    options = json.dumps({"workspace": workspace, "tokens": tokens, "socket": socket, **settings})
    if language == "javascript":
        build()
        command, directory = [node(), "tests/process.js"], PACKAGE
    else:
        command, directory = [sys.executable, "tests/process.py"], PYTHON_PACKAGE
    return process_client(*command, url, options, directory=directory)
