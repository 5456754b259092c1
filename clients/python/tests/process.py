"""kanal_client as a process of its own: commands come in as JSON lines, each state and each answer
goes out as one. `tests/support/kanal_client.py` drives it, as it does the JavaScript client's."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1]))

from kanal_client import Channel, Channels, KanalError, State, connect

MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


def say(kind: str, name: str | None, *args: Any) -> None:
    line = {"kind": kind, "name": name, "args": args}
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def plain(value: Any) -> Any:
    """As the service says it."""
    if isinstance(value, Channel):
        moments = {"createdAt": value.created_at, "updatedAt": value.updated_at}
        return msgspec.to_builtins(value) | {
            name: moment.strftime(MOMENT) for name, moment in moments.items()
        }
    return msgspec.to_builtins(value)


def said_of(channels: Sequence[Channel], before: Sequence[Channel]) -> list[Any]:
    """Of one that is the same object as before, at another place, its id."""
    known = {id(each) for each in before}
    return [each.id if id(each) in known else plain(each) for each in channels]


async def every(entries: AsyncIterator[Any]) -> list[Any]:
    return [plain(entry) async for entry in entries]


NAMES = {"isPrivate": "is_private", "idempotencyKey": "idempotency_key"}


def named(*arguments: dict[str, Any]) -> dict[str, Any]:
    return {NAMES.get(name, name): value for each in arguments for name, value in each.items()}


def commands(channels: Channels) -> dict[str, Callable[..., Awaitable[Any]]]:
    async def reached(position: int) -> int:
        return (await channels.reached(position)).position

    return {
        "create": lambda *args: channels.create(**named(*args)),
        "get": channels.get,
        "reached": reached,
        "update": lambda id, *args: channels.update(id, **named(*args)),
        "delete": lambda id, *args: channels.delete(id, **named(*args)),
        "history": lambda id: every(channels.history(id)),
        "members": lambda id: every(channels.members(id)),
        "addMember": lambda id, user, *args: channels.add_member(id, user, **named(*args)),
        "removeMember": lambda id, user, *args: channels.remove_member(id, user, **named(*args)),
    }


class Application:
    """It is asked for tokens: it gives one after the other, and then always the last; for null it
    raises, as one that has none. It may answer later with what it had when it was asked."""

    def __init__(self, tokens: Sequence[str | None]) -> None:
        self.tokens = tokens
        self._asked = 0
        self._is_held = False
        self._waiting: list[asyncio.Event] = []

    async def ask(self) -> str:
        self._asked += 1
        say("asked", None, self._asked)
        token, self.tokens = self.tokens[0], self.tokens[1:] or self.tokens
        if token is None:
            raise LookupError("nobody is signed in")
        if self._is_held:
            say("held", None)
            self._waiting.append(answer := asyncio.Event())
            await answer.wait()
        return token

    def hold(self, *, is_held: bool) -> None:
        self._is_held = is_held
        while self._waiting:
            self._waiting.pop().set()


async def main() -> None:
    url, options = sys.argv[1], json.loads(sys.argv[2])
    application = Application(options["tokens"])
    channels = connect(
        url,
        options["workspace"],
        token=application.ask,
        patience=options.get("patience", 30_000) / 1_000,
        transports=options.get("socket", {}).get("transports"),
    )
    # `kept` says how many channels at the beginning are the same objects as in the state before,
    # which are left out then.
    before: tuple[Channel, ...] = ()

    def shown(state: State) -> None:
        nonlocal before
        pairs = zip(before, state.channels, strict=False)
        kept = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], pairs))
        rest = said_of(state.channels[kept:], before[kept:])
        before = state.channels
        reason = None if state.reason is None else state.reason.code
        said = repr(state.reason)
        fields: dict[str, Any] = {"status": state.status, "reason": reason, "said": said}
        fields |= {"position": state.position, "log": state.log, "userId": state.user_id}
        say("state", None, fields | {"kept": kept, "channels": rest})

    channels.subscribe(shown)
    done = commands(channels)

    async def call(name: str, args: list[Any], ack: str) -> None:
        try:
            answer = {"result": plain(await done[name](*args))}
        except KanalError as error:
            told = {"code": error.code, "status": error.status, "message": str(error)}
            answer = {"error": told}
        except LookupError as error:
            answer = {"error": {"code": None, "status": None, "message": str(error)}}
        say("ack", ack, answer)

    lines = asyncio.StreamReader(limit=2**24)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    calls: set[asyncio.Task[None]] = set()
    async with channels:
        while line := await lines.readline():
            command = json.loads(line)
            match command["op"]:
                case "call":
                    given = command["name"], command["args"], str(command["ack"])
                    calls.add(asyncio.create_task(call(*given)))
                case "tokens":
                    application.tokens = command["tokens"]
                case "hold":
                    application.hold(is_held=command["isHeld"])
                case "reconnect":
                    channels.reconnect()


asyncio.run(main())
