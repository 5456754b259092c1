"""What is known of channels along the log, while the log is rewound."""

import asyncio

import asyncpg

from domain.channel_fields import ChannelPatch
from domain.channel_repository import ChannelRepository
from domain.queries import ChannelRef
from projections.emissions.change_reader import ChangeReader
from tests.support.background import eventually
from tests.support.creation import ALICE, asked_by, create
from tests.support.node import Node
from tests.support.postgres import OUR_LOCKS


async def test_what_was_being_read_when_all_was_to_be_forgotten_is_not_kept(
    node: Node, second_node: Node, admin: asyncpg.Connection
) -> None:
    channel = (await create(node.commands, "general")).at.channel
    for name in ("second", "third"):
        patch = ChannelPatch(description=name)
        await node.commands.update_channel(asked_by(ALICE), ChannelRef("demo", channel.id), patch)
    *_, second, third = await node.whole_log()
    reader = ChangeReader(ChannelRepository(second_node.log))
    async with admin.transaction():
        await admin.execute("LOCK TABLE stored_events")
        reading = asyncio.create_task(reader.read(second))
        await eventually(
            lambda: admin.fetchval(f"SELECT count(*) FROM {OUR_LOCKS} WHERE NOT granted")
        )
        reader.forget()
    assert await reading is not None
    assert not reader.is_at_hand(third)
