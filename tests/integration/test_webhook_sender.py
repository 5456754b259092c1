"""Every event of the log reaches each webhook that wants it, in order for each channel, whatever
its receiver and others do, and whoever sends."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from eventsourcing.persistence import StoredEvent
from standardwebhooks import WebhookVerificationError

from domain.channel_fields import ChannelPatch
from domain.queries import ChannelRef
from persistence.read_models import lease
from persistence.webhooks.webhook import Webhook, WebhookState
from projections.feed.reader import FeedReader
from tests.support.background import eventually
from tests.support.creation import ALICE, asked_by, create
from tests.support.hook_receiver import ACCEPTED, Hook, HookReceiver, Reply, hang, hook_receiver
from tests.support.node import Node
from tests.support.outputs import OUTPUTS
from tests.support.postgres import LOCK_HOLDERS, OUR_LOCKS
from tests.support.rewinding import LOSE_THE_END, PROMOTE, look_again
from tests.support.webhook_sending import (
    SOON,
    Sending,
    in_order_for_each_channel,
    sending,
    until,
)
from transport.webhooks import sender
from transport.webhooks.pauses import Pauses
from transport.webhooks.window import MOST_EVENTS

HANGING = 20
"""Webhooks whose receiver takes a message, and says nothing."""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("persistence.log.lease_turns.TAKE_OVER_INTERVAL", 0.01)
    monkeypatch.setattr("persistence.log.wakeup.HEARTBEAT_INTERVAL", 0.05)
    monkeypatch.setattr(sender, "NOTES_APART", 0.05)


@pytest.fixture
async def there() -> AsyncIterator[HookReceiver]:
    async with hook_receiver() as there:
        yield there


async def channels(node: Node, count: int, *, updates: int = 0) -> list[int]:
    """Create channels and change each of them in turn; the positions of what is told of that."""
    refs = []
    for number in range(count):
        at = (await create(node.commands, f"channel {number}")).at
        refs.append(ChannelRef("demo", at.channel.id))
    for number in range(updates):
        for ref in refs:
            patch = ChannelPatch(description=f"the {number}th")
            await node.commands.update_channel(asked_by(ALICE), ref, patch)
    return await told(node)


async def channels_more(node: Node, count: int) -> list[int]:
    """Create further ones; the positions of all that there is."""
    for _ in range(count):
        await create(node.commands, str(uuid4()))
    return await told(node)


async def told(node: Node, workspace_id: str | None = None) -> list[int]:
    """The positions of all events that there are for readers of all, or of a workspace."""
    return [int(event["position"]) for event in await told_events(node, workspace_id)]


async def told_events(node: Node, workspace_id: str | None = None) -> list[Any]:
    feed, after, events = Sending(node).parts.feed, 0, list[Any]()
    reader = FeedReader("", True, None if workspace_id is None else frozenset({workspace_id}))
    while (page := await feed.page(reader, after=after, limit=1_000)).position > after:
        events += [json.loads(event.json) for event in page.events]
        after = page.position
    return events


def is_done(there: HookReceiver, positions: list[int]) -> bool:
    return sorted(set(there.positions)) == positions


@asynccontextmanager
async def a_note_that_waits(
    node: Node, there: HookReceiver, admin: asyncpg.Connection
) -> AsyncIterator[None]:
    """Until the block ends, what the sender notes of an event that was accepted."""
    async with admin.transaction():
        await admin.execute("SELECT FROM webhooks FOR UPDATE")
        positions = await channels_more(node, 1)
        await until(lambda: is_done(there, positions))
        waiting = f"SELECT count(*) FROM {OUR_LOCKS} WHERE NOT granted"
        await eventually(lambda: admin.fetchval(waiting))
        yield


async def test_what_is_sent_is_what_readers_of_all_are_told_and_can_be_verified(
    node: Node, there: HookReceiver
) -> None:
    await channels(node, 3, updates=1)
    async with sending(node) as of_node:
        hook = await of_node.add(there.url)
        await until(lambda: len(there.accepted) == 6)
        page = await of_node.parts.feed.page(FeedReader("", True, None), after=0, limit=99)
    received = {each.position: each for each in there.accepted}
    for event in page.events:
        assert received[event.position].body == event.json
        assert received[event.position].headers["webhook-id"] == event.id
    for each in there.accepted:
        each.verify(hook.secrets.current)
        assert each.headers["content-type"] == "application/cloudevents+json"
        with pytest.raises(WebhookVerificationError):
            forged = Hook(each.path, each.headers, each.body.replace(b"alice", b"mally"))
            forged.verify(hook.secrets.current)
        old = str(int(each.headers["webhook-timestamp"]) - 301)
        with pytest.raises(WebhookVerificationError, match="too old"):
            Hook(each.path, {**each.headers, "webhook-timestamp": old}, each.body).verify(
                hook.secrets.current
            )


async def test_a_sender_whose_lease_is_lost_takes_it_again_though_it_has_nothing_to_note(
    node: Node, there: HookReceiver, admin: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWAL_INTERVAL", 0.05)
    (position,) = await channels(node, 1)
    async with sending(node) as of_node:
        hook = await of_node.add(there.url)
        await of_node.noted(hook, lambda it: it.position >= position)
        await admin.fetch(f"SELECT pg_terminate_backend(pid, 5000) FROM ({LOCK_HOLDERS}) AS l")
        await eventually(lambda: admin.fetch(LOCK_HOLDERS))
        positions = await channels_more(node, 1)
        await until(lambda: is_done(there, positions))


async def test_while_a_secret_is_rolled_over_both_sign(node: Node, there: HookReceiver) -> None:
    async with sending(node) as of_node:
        hook = await of_node.add(there.url)
        changed = await of_node.table.change(
            hook.id, lambda it: replace(it, secrets=it.secrets.rolled_over(datetime.now(UTC)))
        )
        OUTPUTS.must_not_show(changed.secrets.current)

        async def both_sign() -> list[Hook]:
            await create(node.commands, str(uuid4()))
            return [each for each in there.accepted if " " in each.headers["webhook-signature"]]

        (signed, *_) = await eventually(both_sign, within=30)
    for secret in (hook.secrets.current, changed.secrets.current):
        signed.verify(secret)


async def test_only_what_a_webhook_wants_is_sent_and_it_comes_as_far(
    node: Node, there: HookReceiver
) -> None:
    await channels(node, 2, updates=1)
    other = await create(node.commands, workspace_id="other")
    async with sending(node) as of_node:
        created = await of_node.add(there.url, workspaces=("demo",), types=("channel.created",))
        await of_node.noted(created, lambda it: it.position >= other.at.position)
    assert {each.event["type"] for each in there.accepted} == {"channel.created"}
    assert {each.event["workspace"] for each in there.accepted} == {"demo"}
    assert len(there.accepted) == 2


async def test_the_order_of_each_channel_is_kept_whatever_fails(
    node: Node, there: HookReceiver
) -> None:
    chance = random.Random(18)

    def reply(_: Hook) -> Reply:
        fate = chance.random()
        if fate < 0.2:
            return 500, {}
        return _cut if fate < 0.3 else ACCEPTED

    there.reply = reply
    positions = await channels(node, 6, updates=6)
    async with sending(node) as of_node:
        await of_node.add(there.url)
        await until(lambda: is_done(there, positions))
    assert there.positions != sorted(there.positions)  # else the channels had waited for each other
    assert in_order_for_each_channel(there.accepted)
    bodies = {each.position: each.body for each in there.asked}
    assert all(each.body == bodies[each.position] for each in there.asked)


async def test_an_event_that_fails_holds_up_no_other_channel(
    node: Node, there: HookReceiver
) -> None:
    positions = await channels(node, 4, updates=2)
    first = positions[0]
    poisoned = (await told_events(node))[0]["subject"]
    there.reply = lambda hook: (500, {}) if hook.event["subject"] == poisoned else ACCEPTED
    async with sending(node) as of_node:
        hook = await of_node.add(there.url)
        await until(lambda: len(there.accepted) == 9)
        noted = await of_node.noted(hook, lambda it: (len(it.ahead), it.last_status) == (9, 500))
    assert noted.position == first - 1
    assert (noted.last_status, noted.last_error) == (500, "answered 500")
    assert noted.next_attempt_at is not None


async def test_who_goes_on_repeats_little(node: Node, there: HookReceiver) -> None:
    """Whoever sent is gone without a word; what it has noted is not sent again."""
    positions = await channels(node, 20)
    there.reply = lambda hook: ACCEPTED if hook.position > positions[0] else (500, {})
    async with sending(node) as of_node:
        hook = await of_node.add(there.url)
        await of_node.noted(hook, lambda it: len(it.ahead) == 19)
    assert len(there.accepted) == 19
    there.reply = lambda _: ACCEPTED
    async with sending(node) as of_node:
        noted = await of_node.noted(hook, lambda it: it.position >= positions[-1])
    assert sorted(there.positions) == positions
    assert (noted.ahead, noted.attempts, noted.last_error) == ((), 0, None)


async def test_one_sends_and_the_next_goes_on_when_it_stops(
    node: Node, second_node: Node, there: HookReceiver
) -> None:
    """The first is closed as a service that stops closes it: nothing at all comes twice."""
    async with sending(node) as first, sending(second_node) as second:
        senders = [first.parts.sender, second.parts.sender]
        await until(lambda: sum(each.is_sender for each in senders) == 1)
        await first.add(there.url)
        await channels(node, 20)
        (sender,) = [each for each in senders if each.is_sender]
        there.takes = 0.2
        await until(lambda: len(there.asked) > len(there.accepted))
        await sender.close()
        there.takes = 0.0
        assert not sender.is_sender
        positions = await channels_more(node, 20)
        await until(lambda: is_done(there, positions))
    assert sorted(there.positions) == positions


async def test_receivers_that_hang_hold_up_nobody_else(node: Node, there: HookReceiver) -> None:
    """Not another webhook, and not a command; what waits for them is bounded."""
    async with hook_receiver() as silent, sending(node) as of_node:
        silent.reply = lambda _: hang
        for _ in range(HANGING):
            await of_node.add(silent.url)
        await of_node.add(there.url)
        positions = await channels(node, MOST_EVENTS + 10)
        await until(lambda: is_done(there, positions))
        waiting = [each.waiting for each in of_node.parts.sender.couriers]
        assert max(waiting) <= MOST_EVENTS


@pytest.mark.parametrize("asked", ["1", "a date"])
async def test_a_pause_that_the_receiver_asks_for_is_kept(
    node: Node, there: HookReceiver, asked: str
) -> None:
    """It is longer than any of ours."""

    def busy(_: Hook) -> Reply:
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=4), usegmt=True)
        there.reply = lambda _: ACCEPTED
        return 429, {"Retry-After": date if asked == "a date" else asked}

    there.reply = busy
    await channels(node, 1)
    async with sending(node, Pauses(first=0.02, longest=5)) as of_node:
        hook = await of_node.add(there.url)
        noted = await of_node.noted(hook, lambda it: it.last_status == 429)
        assert noted.next_attempt_at is not None
        assert noted.last_attempt_at is not None
        assert noted.next_attempt_at > noted.last_attempt_at + timedelta(seconds=0.5)
        await until(lambda: len(there.accepted) == 1)


async def test_who_is_gone_is_sent_nothing_more(node: Node, there: HookReceiver) -> None:
    there.reply = lambda _: (410, {})
    await channels(node, 2)
    async with sending(node) as of_node:
        hook = await of_node.add(there.url)
        noted = await of_node.noted(hook, lambda it: it.state is WebhookState.FAILING)
        assert (noted.last_status, noted.position) == (410, 0)
        asked = len(there.asked)
        await channels_more(node, 2)
        there.reply = lambda _: ACCEPTED
        await of_node.table.change(hook.id, Webhook.resumed)
        await until(lambda: len(there.accepted) == 4)
    assert asked <= 2  # those that were under way


async def test_who_is_gone_while_a_note_is_being_written_is_asked_no_more_either(
    node: Node, there: HookReceiver, admin: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    async with sending(node) as of_node:
        hook = await of_node.add(there.url)
        async with a_note_that_waits(node, there, admin):
            there.reply = lambda _: (410, {})
            await channels_more(node, 1)
            await until(lambda: f"webhook {hook.id} is paused" in caplog.text)
        await of_node.noted(hook, lambda it: it.state is WebhookState.FAILING)
        assert [each.position for each in there.asked] == await told(node)


async def test_what_was_being_noted_when_it_stops_is_noted(
    node: Node, there: HookReceiver, admin: asyncpg.Connection
) -> None:
    async with sending(node) as of_node:
        hook = await of_node.add(there.url)
        async with a_note_that_waits(node, there, admin):
            closing = asyncio.create_task(of_node.parts.sender.close())
            await asyncio.wait([closing], timeout=0.5)
        await closing
        assert (await of_node.table.get(hook.id)).position >= there.positions[-1]


async def test_who_fails_for_too_long_is_paused_and_goes_on_where_it_was(
    node: Node, there: HookReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    positions = await channels(node, 3)
    there.reply = lambda hook: ACCEPTED if hook.position == positions[0] else (503, {})
    async with sending(node, replace(SOON, gives_up_after=0.3)) as of_node:
        hook = await of_node.add(there.url)
        noted = await of_node.noted(hook, lambda it: it.state is WebhookState.FAILING)
        assert noted.failing_since is not None
        assert noted.position == positions[1] - 1
        assert f"webhook {hook.id} is paused" in caplog.text
        there.reply = lambda _: ACCEPTED
        await of_node.table.change(hook.id, Webhook.resumed)
        await until(lambda: is_done(there, positions))
        assert (await of_node.table.get(hook.id)).state is WebhookState.ACTIVE
    assert sorted(there.positions) == positions


async def test_what_an_operator_changes_is_taken_up(node: Node, there: HookReceiver) -> None:
    positions = await channels(node, 3)
    async with hook_receiver() as elsewhere, sending(node) as of_node:
        hook = await of_node.add(there.url)
        await of_node.noted(hook, lambda it: it.position >= positions[-1])
        await of_node.table.change(hook.id, Webhook.paused)
        await until(lambda: of_node.parts.sender.states[WebhookState.PAUSED] == 1)
        more = await channels_more(node, 1)
        assert sorted(there.positions) == positions
        await of_node.table.change(
            hook.id, lambda it: replace(it.resumed(), url=elsewhere.url, workspaces=("demo",))
        )
        await until(lambda: is_done(elsewhere, more[-1:]))
        # A replay, while more is sent.
        log = of_node.lineage().epochs[-1].id
        await of_node.table.change(hook.id, lambda it: it.going_on_after(log, positions[0]))
        await until(lambda: len(elsewhere.positions) == len(more))
        first, *replayed = elsewhere.positions  # of several channels, so in any order
        assert (first, sorted(replayed)) == (more[-1], more[1:])
        await of_node.table.remove(hook.id)
        await until(lambda: not of_node.parts.sender.states)
        await create(node.commands, "nobody hears of it")
    assert is_done(there, positions)


async def test_a_webhook_of_a_rewound_log_hears_of_that_first(
    node: Node, there: HookReceiver, admin: asyncpg.Connection
) -> None:
    """The table is rewound with the log, so what a receiver was told nobody knows."""
    positions = await channels(node, 3)
    async with sending(node) as of_node:
        hook = await of_node.add(there.url)
        await of_node.noted(hook, lambda it: it.position >= positions[-1])
    before = of_node.lineage()
    await admin.execute(PROMOTE)
    await admin.execute(LOSE_THE_END.format(positions[1]))
    await admin.execute("UPDATE webhooks SET position = $1", positions[0])
    await look_again(node)
    node.log.forget()
    node.wakeup.forget()
    there.accepted.clear()
    refused = iter(range(3))
    there.reply = lambda _: ACCEPTED if next(refused, None) is None else (500, {})
    await create(node.commands, "in its place")
    async with sending(node) as of_node:
        noted = await of_node.noted(hook, lambda it: it.position > positions[1])
    rewound, *rest = there.accepted
    rewound.verify(hook.secrets.current)
    assert rewound.event["type"] == "log.rewound"
    assert rewound.event["data"] == {
        "log": of_node.lineage().log_id, "position": positions[1]
    }  # fmt: skip
    assert of_node.lineage().log_id != before.log_id
    # Of two channels, so in any order.
    names = {each.position: each.event["data"]["channel"]["name"] for each in rest}
    assert sorted(names) == [positions[1], positions[1] + 1]
    assert names[positions[1] + 1] == "in its place"
    assert {each.headers["webhook-id"] for each in there.asked[-1:]} == {rest[-1].event["id"]}
    assert noted.log == of_node.lineage().epochs[-1].id


async def test_an_event_that_cannot_be_decoded_stops_whom_it_is_for_alone(
    node: Node, there: HookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await create(node.commands, workspace_id="other")
    await node.queue.append([StoredEvent(uuid4(), 1, "channel.merged", b"{}")], "other")
    position = (await create(node.commands)).at.position
    async with hook_receiver() as other, sending(node) as of_node:
        hook = await of_node.add(other.url, workspaces=("other",))
        await of_node.add(there.url, workspaces=("demo",))
        await until(lambda: there.positions == [position])
        noted = await of_node.noted(hook, lambda it: bool(it.last_error) and it.position == 2)
        assert "position 3 holds an event of the topic 'channel.merged'" in str(noted.last_error)
        assert noted.state is WebhookState.ACTIVE
        assert len(other.accepted) == 1


async def _cut(writer: asyncio.StreamWriter) -> None:
    """End the connection without an answer."""
