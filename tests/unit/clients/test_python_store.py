"""The store of the Python kanal-client: listeners that fail or leave disturb nobody else."""

import asyncio
from typing import Any

from kanal_client.state import State
from kanal_client.store import Store


async def test_what_a_listener_raises_is_reported_and_stops_nobody() -> None:
    reported: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    store, heard = Store(), list[State]()

    def fails(_: State) -> None:
        raise LookupError("the application's own")

    store.subscribe(fails)
    store.subscribe(heard.append)
    store.set(status="live")
    assert [state.status for state in heard] == ["connecting", "live"]
    assert [str(context["exception"]) for context in reported] == ["the application's own"] * 2


async def test_who_has_left_may_leave_again() -> None:
    store, heard = Store(), list[State]()
    leave = store.subscribe(heard.append)
    leave()
    leave()
    store.set(status="live")
    assert len(heard) == 1


async def test_states_are_the_latest_and_end_when_the_client_is_closed() -> None:
    store = Store()
    states = store.states()
    assert (await anext(states)).status == "connecting"
    store.set(status="catching-up")
    store.set(status="live")
    assert (await anext(states)).status == "live"
    store.close()
    assert [state async for state in states] == []
