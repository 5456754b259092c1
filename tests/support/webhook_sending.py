"""The sender of webhooks of a node in the test's own process, with pauses that a test can wait
for."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from ipaddress import IPv4Network
from typing import Any

from domain.channel_repository import ChannelRepository
from persistence.log.epochs import Lineage
from persistence.webhooks.webhook import Webhook
from persistence.webhooks.webhook_table import WebhookTable
from scripts.service.webhook_parts import WebhookParts
from tests.support.background import eventually, running
from tests.support.hook_receiver import Hook
from tests.support.node import Node
from tests.support.webhooks import webhook
from transport.metrics import Metrics
from transport.webhooks.pauses import Pauses

SOON = Pauses(first=0.02, longest=0.2)

LOOPBACK = (IPv4Network("127.0.0.0/8"),)


class Sending:
    """What a node sends, and what operators do about it."""

    def __init__(self, node: Node, pauses: Pauses = SOON) -> None:
        self._node = node
        self.table = WebhookTable(node.database)
        self.parts = WebhookParts(
            database=node.database,
            copies=node.database,
            log=node.log,
            channels=ChannelRepository(node.log),
            wakeup=node.wakeup,
            lineage=self.lineage,
            networks=LOOPBACK,
            metrics=Metrics(),
            pauses=pauses,
        )

    def lineage(self) -> Lineage:
        assert self._node.epochs.lineage is not None
        return self._node.epochs.lineage

    async def add(self, url: str, **fields: Any) -> Webhook:
        """Register a webhook for all of the log, unless the fields say otherwise."""
        log = self.lineage().epochs[-1].id
        return await self.table.add(webhook(**{"url": url, "log": log, **fields}))

    async def noted(self, hook: Webhook, condition: Callable[[Webhook], bool]) -> Webhook:
        """Wait until what is noted of a webhook is so, and answer it."""

        async def is_so() -> Webhook | None:
            found = await self.table.get(hook.id)
            return found if condition(found) else None

        found = await eventually(is_so, within=60)
        assert found is not None
        return found


@asynccontextmanager
async def sending(node: Node, pauses: Pauses = SOON) -> AsyncIterator[Sending]:
    """Sends until the block ends, without a word to anybody, as a process that is killed."""
    of_node = Sending(node, pauses)
    async with running(of_node.parts.sender.run()):
        yield of_node


async def until(condition: Callable[[], bool]) -> None:
    """Wait until it is so."""

    async def is_so() -> bool:
        return condition()

    await eventually(is_so, within=60)


def in_order_for_each_channel(hooks: list[Hook]) -> bool:
    """Whether what was accepted first of each event is so."""
    first: dict[str, list[int]] = {}
    for hook in hooks:
        of_channel = first.setdefault(hook.event["subject"], [])
        if hook.position not in of_channel:
            of_channel.append(hook.position)
    return all(positions == sorted(positions) for positions in first.values())
