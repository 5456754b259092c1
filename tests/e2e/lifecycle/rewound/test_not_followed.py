"""Between two epochs of the log, which is long where the database goes away then, nobody waits for
ever."""

import pytest

from tests.support.background import eventually
from tests.support.clients import js_client
from tests.support.engine_io import CONNECT, polling
from tests.support.in_process import service_in_process
from tests.support.tokens import token
from transport.delivery import live_delivery


async def test_who_comes_while_no_epoch_is_followed_is_told_so_and_comes_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live_delivery, "FOLLOWED_WITHIN", 0.1)
    async with service_in_process(database_url) as (service, url):
        delivery, sockets = service.sockets.delivery, service.sockets.events

        async def is_alone() -> bool:
            return len(sockets) == 1

        async with js_client(url) as client:
            await client.kind("connect")
            lineage, position = delivery.lineage, delivery.position
            delivery.pause()
            await client.emit("auth", {"data": token("alice", ("demo",))})
            assert (await client.event("socket-api-error"))["code"] == "unavailable"
            async with polling(url) as session:
                assert not await is_alone()
                await session.offer(CONNECT)
                await eventually(is_alone)
            delivery.begin(lineage, position)
            await client.auth(token("alice", ("demo",)))
