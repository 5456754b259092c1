"""The feed of a log that is rewound: who has read what is gone is told, nobody else."""

from tests.e2e.lifecycle.rewound.story import create
from tests.e2e.lifecycle.rewound.test_promoted_replica import database
from tests.support.background import eventually
from tests.support.feed import feed_page, read_feed, reading_all
from tests.support.feed_stream import curl_stream
from tests.support.replica import ReplicatedPostgres
from tests.support.service import running_service


async def come_back(url: str) -> None:
    """Wait until whoever asks is let in again: right after a new epoch has begun, it is not known
    for a moment whose access was taken back."""

    async def is_back() -> bool:
        return (await feed_page(url, reading_all())).status_code == 200

    await eventually(is_back, within=30)


async def test_a_stream_of_what_is_gone_ends_and_says_so(
    pair: ReplicatedPostgres, port: str
) -> None:
    with running_service(await database(pair), port=port) as service:
        past = await create(service.url, ["one", "two"])
        access = reading_all()
        async with (
            curl_stream(service.url, access) as of_all,
            curl_stream(service.url, access, "workspace=elsewhere") as early,
        ):
            await of_all.count(2)
            before = of_all.last_id
            await pair.catch_up()
            await pair.fall_behind()
            await create(service.url, ["lost"])
            await of_all.count(3)
            await pair.fail_over()
            await of_all.until(lambda: of_all.is_over, within=30)
            await early.until(lambda: early.is_over, within=30)
        await come_back(service.url)
        (said,) = of_all.ends
        assert said["code"] == "position_gone"
        assert "Fetch anew" in said["detail"]
        refused = await feed_page(service.url, access, after=of_all.last_id)
        assert (refused.status_code, refused.json()["code"]) == (410, "position_gone")
        new = await create(service.url, ["new", "newer"])
        refused = await feed_page(service.url, access, after=of_all.last_id)
        assert refused.status_code == 410  # though there is such a position again
        async with curl_stream(service.url, access, last_id=before) as again:
            events = await again.count(2)
            assert [each["subject"] for each in events] == [each["id"] for each in new]
        events = await read_feed(service.url, access)
        assert [each["subject"] for each in events] == [each["id"] for each in [*past, *new]]
        logs = [each["id"].partition(":")[0] for each in events]
        assert logs[0] == logs[1] != logs[2] == logs[3]
        assert len({each["source"] for each in events}) == 1


async def test_a_promotion_that_loses_nothing_does_not_end_a_stream(
    pair: ReplicatedPostgres, port: str
) -> None:
    with running_service(await database(pair), port=port) as service:
        past = await create(service.url, ["one", "two"])
        async with curl_stream(service.url, reading_all()) as stream:
            await stream.count(2)
            await pair.catch_up()
            await pair.fail_over()
            await come_back(service.url)
            new = await create(service.url, ["new"])
            events = await stream.count(3)
            assert [each["subject"] for each in events] == [each["id"] for each in [*past, *new]]
            assert not stream.ends
