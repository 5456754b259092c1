"""The table of webhooks: what operators change is stored and told, and is another revision where it
changes what is sent."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import asyncpg
import pytest

from domain.errors import NotFound, TooManyWebhooks
from persistence.webhooks.webhook import SIGNS_BESIDE, SigningSecrets, WebhookState
from persistence.webhooks.webhook_table import (
    MAX_WEBHOOKS,
    WEBHOOKS_CHANNEL,
    WebhookTable,
)
from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.node import Node
from tests.support.postgres import OUR_LOCKS
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


async def test_there_are_no_more_than_there_may_be(
    table: WebhookTable, admin: asyncpg.Connection
) -> None:
    """Of those that are added at the same time as well."""
    for _ in range(MAX_WEBHOOKS - 1):
        await table.add(webhook())
    await asyncio.gather(table.all(), table.all())  # two connections are there from here on
    async with admin.transaction():
        await admin.execute("LOCK TABLE webhooks IN SHARE MODE")  # they can be counted, not added
        at_once = [asyncio.create_task(table.add(webhook())) for _ in range(2)]
        waiting = f"SELECT count(*) = 2 FROM {OUR_LOCKS} WHERE NOT granted"
        await eventually(lambda: admin.fetchval(waiting))
    results = await asyncio.gather(*at_once, return_exceptions=True)
    assert sum(isinstance(result, TooManyWebhooks) for result in results) == 1
    assert len(await table.all()) == MAX_WEBHOOKS


async def test_another_course_is_another_revision_and_nothing_else_is(
    table: WebhookTable,
) -> None:
    """What is on its way while a webhook is paused, or gets another secret, still counts."""
    added = await table.add(webhook(position=5, ahead=(7,)))
    for alter in (
        lambda known: known.paused(),
        lambda known: known.resumed(),
        lambda known: replace(known, description="another"),
        lambda known: replace(known, secrets=SigningSecrets.new()),
    ):
        assert (await table.change(added.id, alter)).revision == added.revision
    for number, alter in enumerate(
        (
            lambda known: replace(known, url="https://other.example/"),
            lambda known: replace(known, workspaces=("demo",)),
            lambda known: replace(known, types=("channel.created",)),
            lambda known: known.going_on_after(A_LOG, 5),
            lambda known: known.going_on_after(A_LOG, 2),
            lambda known: known.going_on_after(uuid4(), 2),
        ),
        added.revision + 1,
    ):
        changed = await table.change(added.id, alter)
        assert changed.revision == number
    assert (changed.position, changed.ahead) == (2, ())


async def test_a_webhook_that_is_resumed_is_sent_to_at_once(
    table: WebhookTable, admin: asyncpg.Connection
) -> None:
    added = await table.add(webhook())
    await admin.execute(
        "UPDATE webhooks SET state = 'failing', attempts = 9, failing_since = now(),"
        " next_attempt_at = now() + interval '1 hour'"
    )
    resumed = await table.change(added.id, lambda known: known.resumed())
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
