"""Where the state is, and who is told that it has changed."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any

from kanal_client.errors import KanalError
from kanal_client.state import State

Listener = Callable[[State], None]


class Store:
    """Holds the latest state."""

    def __init__(self) -> None:
        self.state = State()
        self._listeners: list[Listener] = []
        self._changed = asyncio.Event()
        self._is_closed = False

    def set(self, **changes: Any) -> None:
        """Put a state in the place of the one before, with these fields changed, and tell it."""
        before = self.state.reason
        if before is not None and _is_same(changes.get("reason"), before):
            changes["reason"] = before
        state = replace(self.state, **changes)
        if state == self.state and state.channels is self.state.channels:
            return
        self.state = state
        self._wake()
        for listener in list(self._listeners):
            _tell(listener, state)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call the listener now and after each change; answers what ends that."""
        self._listeners.append(listener)
        _tell(listener, self.state)

        def end() -> None:
            with suppress(ValueError):  # it was ended before
                self._listeners.remove(listener)

        return end

    async def states(self) -> AsyncGenerator[State, None]:
        """The state, and again each time that it has changed: the latest, where it has changed
        more than once meanwhile. Ends when the client is closed."""
        while True:
            state, changed = self.state, self._changed
            yield state
            if self.state is state and not self._is_closed:
                await changed.wait()
            if self.state is state and self._is_closed:
                return

    async def until(self, condition: Callable[[State], bool]) -> State:
        """The first state from now on for which a condition holds, of those that `states` gives.
        Raises KanalError where the client is closed before."""
        async with aclosing(self.states()) as states:
            async for state in states:
                if condition(state):
                    return state
        raise KanalError("unreachable", "the client is closed")

    def close(self) -> None:
        self._is_closed = True
        self._wake()

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


def _is_same(one: KanalError | None, other: KanalError) -> bool:
    """Whether an attempt has failed as the one before, which changes nothing."""
    return one is not None and (one.code, str(one)) == (other.code, str(other))


def _tell(listener: Listener, state: State) -> None:
    """What a listener raises is the application's, as from any callback, and stops nobody else."""
    try:
        listener(state)
    except Exception as error:
        context = {"message": "a listener of kanal-client has raised", "exception": error}
        asyncio.get_event_loop().call_exception_handler(context)
