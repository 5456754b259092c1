"""A log that is rewound while a service still begins anew after the time before."""

import asyncio

import asyncpg
import pytest

from persistence.log.epochs import Lineage
from scripts.service.service import Service
from tests.e2e.lifecycle.rewound.story import create
from tests.support.background import eventually
from tests.support.in_process import service_in_process
from tests.support.rewinding import LOSE_THE_END, PROMOTE


class SlowHead:
    """Answers the head late, once it is told to: by then it may be another."""

    def __init__(self, service: Service) -> None:
        self._head = service._stored.head
        self._may_answer = asyncio.Event()
        self._is_asked = False
        service._stored.head = self  # type: ignore[method-assign]

    async def __call__(self) -> int:
        head = await self._head()
        self._is_asked = True
        await self._may_answer.wait()
        return head

    async def is_asked(self) -> bool:
        return self._is_asked

    def answer(self) -> None:
        self._may_answer.set()


async def test_nobody_is_told_by_a_head_that_was_read_before_the_second_time(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service_in_process(database_url) as (service, url):
        await create(url, ["a", "b", "c"])
        begin, followed = service.sockets.delivery.begin, list[int]()

        def begin_noting_where(lineage: Lineage, position: int) -> None:
            followed.append(position)
            begin(lineage, position)

        monkeypatch.setattr(service.sockets.delivery, "begin", begin_noting_where)
        admin = await asyncpg.connect(database_url)
        try:
            head = SlowHead(service)
            await admin.execute(PROMOTE)
            await eventually(head.is_asked)
            await admin.execute(PROMOTE)
            await admin.execute(LOSE_THE_END.format(2))
            async with service._database.dedicated():  # which is asked where it leads
                head.answer()
        finally:
            await admin.close()
        await create(url, ["d"])

        async def has_followed() -> bool:
            return bool(followed)

        await eventually(has_followed)
        assert set(followed) == {2}
