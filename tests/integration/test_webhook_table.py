"""The table of webhooks: what operators change is told, and what a sender notes of an older webhook
is refused."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from domain.errors import NotFound, TooManyWebhooks
from persistence.webhooks.webhook import SIGNS_BESIDE, SigningSecrets, WebhookState
from persistence.webhooks.webhook_table import (
    MAX_AHEAD,
    MAX_WEBHOOKS,
    WEBHOOKS_CHANNEL,
    WebhookTable,
)
from tests.support.clients import PATIENCE
from tests.support.node import Node
from tests.support.webhooks import A_LOG, webhook


@pytest.fixture
def table(node: Node) -> WebhookTable:
    return WebhookTable(node.database)


async def test_a_webhook_is_read_as_it_was_stored(table: WebhookTable) -> None:
    first = webhook(workspaces=("demo",), types=("channel.created",), description="search")
    second = webhook(state=WebhookState.PAUSED, position=7)
    stored = [await table.add(each) for each in (first, second)]
    assert [replace(each, created_at=first.created_at) for each in stored] == [
        first,
        replace(second, created_at=first.created_at),
    ]
    assert await table.all() == stored
    assert await table.get(second.id) == stored[1]
    await table.remove(first.id)
    for ask in (table.get, table.remove):
        with pytest.raises(NotFound):
            await ask(first.id)


async def test_whoever_waits_is_told_of_each_change_of_an_operator(
    table: WebhookTable, node: Node
) -> None:
    added = webhook()
    for change in (
        lambda: table.add(added),
        lambda: table.change(added.id, lambda known: known.paused()),
        lambda: table.remove(added.id),
    ):
        woken = node.wakeup.next(WEBHOOKS_CHANNEL)
        await change()
        async with asyncio.timeout(PATIENCE):
            await woken.wait()


async def test_there_are_no_more_than_there_may_be(table: WebhookTable) -> None:
    """Of those that are added at the same time as well."""
    for _ in range(MAX_WEBHOOKS - 1):
        await table.add(webhook())
    at_once = [table.add(webhook()) for _ in range(3)]
    results = await asyncio.gather(*at_once, return_exceptions=True)
    assert sum(isinstance(result, TooManyWebhooks) for result in results) == 2
    assert len(await table.all()) == MAX_WEBHOOKS


async def test_progress_goes_on_over_a_pause_and_ends_with_another_course(
    table: WebhookTable,
) -> None:
    sent = await table.add(webhook())
    noted = await table.note_progress(sent, log=A_LOG, position=5, ahead=[9, 7], status=204)
    assert noted is not None
    assert (noted.position, noted.ahead, noted.last_status) == (5, (7, 9), 204)
    await table.change(sent.id, lambda known: known.paused())
    noted = await table.note_progress(sent, log=A_LOG, position=7)
    assert noted is not None
    assert (noted.position, noted.ahead, noted.last_status) == (7, (), 204)
    assert noted.state is WebhookState.PAUSED, "the sender learns of it with its note"
    assert await table.note_progress(sent, log=A_LOG, position=6) is None, "others were further"
    replayed = await table.change(sent.id, lambda known: known.going_on_after(A_LOG, 2))
    assert await table.note_progress(sent, log=A_LOG, position=8) is None
    assert (await table.get(sent.id)).position == 2
    assert await table.note_progress(replayed, log=A_LOG, position=3) is not None
    await table.remove(sent.id)
    assert await table.note_progress(replayed, log=A_LOG, position=4) is None


async def test_positions_ahead_are_bounded(table: WebhookTable) -> None:
    sent = await table.add(webhook())
    with pytest.raises(ValueError, match="ahead"):
        await table.note_progress(sent, log=A_LOG, position=1, ahead=range(2, MAX_AHEAD + 3))


async def test_failures_are_counted_until_one_goes_well_or_an_operator_resumes(
    table: WebhookTable,
) -> None:
    sent = await table.add(webhook())
    await table.note_failure(sent, status=None, error="no answer", retry_in=60)
    failed = await table.note_failure(sent, status=503, error="status 503", retry_in=60)
    assert failed is not None
    assert (failed.attempts, failed.last_status, failed.last_error) == (2, 503, "status 503")
    assert failed.failing_since is not None
    assert failed.last_attempt_at is not None
    assert failed.next_attempt_at == failed.last_attempt_at + timedelta(seconds=60)
    well = await table.note_recovered(sent, status=200)
    assert well is not None
    assert (well.attempts, well.last_status, well.last_error) == (0, 200, None)
    assert (well.failing_since, well.next_attempt_at) == (None, None)
    given_up = await table.note_failure(sent, status=500, error="status 500", retry_in=None)
    assert given_up is not None
    assert (given_up.state, given_up.next_attempt_at) == (WebhookState.FAILING, None)
    resumed = await table.change(sent.id, lambda known: known.resumed())
    assert (resumed.state, resumed.attempts) == (WebhookState.ACTIVE, 0)
    assert (resumed.failing_since, resumed.next_attempt_at) == (None, None)


async def test_a_change_that_is_refused_leaves_all_as_it_is(table: WebhookTable) -> None:
    added = await table.add(webhook())

    def refuse(_: object) -> None:
        raise NotFound("no")

    with pytest.raises(NotFound):
        await table.change(added.id, refuse)  # type: ignore[arg-type]
    assert await table.get(added.id) == added
    with pytest.raises(NotFound):
        await table.change(uuid4(), lambda known: known)


async def test_a_replaced_secret_signs_beside_the_new_one_for_a_while(table: WebhookTable) -> None:
    added = await table.add(webhook())
    now = datetime.now(UTC)
    rolled = await table.change(
        added.id, lambda known: replace(known, secrets=known.secrets.rolled_over(now))
    )
    old, new = added.secrets.current, rolled.secrets.current
    assert old != new
    assert rolled.secrets.at(now) == (new, old)
    assert rolled.secrets.at(now + SIGNS_BESIDE) == (new,)
    assert rolled.revision == added.revision, "what is on its way is signed with a good one"


async def test_no_printed_webhook_shows_its_secrets() -> None:
    rolled = webhook().secrets.rolled_over(datetime.now(UTC))
    for shown in (repr(rolled), str(webhook(secrets=rolled)), repr(SigningSecrets.new())):
        assert "whsec_" not in shown


def test_a_position_belongs_to_a_log() -> None:
    other = UUID(int=7)
    assert webhook(position=3).going_on_after(other, 3).is_sent_otherwise_than(webhook(position=3))
