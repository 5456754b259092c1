"""What nodes ask of each other is counted, and sessions that move."""

from uuid import uuid4

from tests.support.background import eventually
from tests.support.engine_io import WebSocketSession, event, polling, upgrading
from tests.support.metrics import value
from tests.support.service import RunningService
from tests.support.tokens import token


async def test_requests_that_are_passed_on_and_a_session_that_moves(
    opened: RunningService, other: RunningService
) -> None:
    async def counts() -> list[float]:
        return [
            await value(other.url, "kanal_hops_total", what="upgrade", outcome="answered"),
            await value(other.url, "kanal_hops_total", what="move", outcome="answered"),
            await value(opened.url, "kanal_sessions_moved_total", way="away"),
            await value(other.url, "kanal_sessions_moved_total", way="here"),
        ]

    async def know_each_other() -> bool:
        return [await value(node.url, "kanal_nodes") for node in (opened, other)] == [3, 3]

    await eventually(know_each_other)
    before = await counts()
    async with polling(opened.url) as session:
        await session.join()
        async with upgrading(session, other.url) as connection:
            await connection.send("2probe")
            assert await connection.recv() == "3probe"
            websocket = WebSocketSession(connection, session.sid)
            asked = event("auth", {"data": token("bob", (f"hops-{uuid4()}",))})
            await websocket.send("5", asked)
            await websocket.event("auth-success")
    upgrades, *moves = (now - then for now, then in zip(await counts(), before, strict=True))
    assert upgrades >= 2  # begun, and its probe
    assert moves == [1, 1, 1]
