"""What a reader of the feed has asked for when another epoch of the log begins is not told by the
ids of the one before."""

from typing import Any

import pytest

from projections.feed.feed import Stretch
from tests.support.channels import create_channel
from tests.support.feed import feed_page, reading_all
from tests.support.http import check_problem
from tests.support.in_process import service_in_process


async def test_a_page_that_was_read_when_the_epoch_had_ended_is_asked_for_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service_in_process(database_url) as (service, url):
        await create_channel(url, "demo", "general")
        delivery, feed = service.sockets.delivery, service.feed.feed
        lineage, position, read = delivery.lineage, delivery.position, feed.page

        async def read_late(*where: Any, **how: Any) -> Stretch:
            delivery.pause()
            return await read(*where, **how)

        monkeypatch.setattr(feed, "page", read_late)
        check_problem(await feed_page(url, reading_all()), 503, "unavailable")
        monkeypatch.undo()
        delivery.begin(lineage, position)
        page = (await feed_page(url, reading_all())).json()
        assert [event["id"] for event in page["events"]] == [f"{lineage.log_id}:1"]
