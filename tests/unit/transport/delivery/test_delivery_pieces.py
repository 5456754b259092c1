"""What the delivery sends at once: all that is ready, in one piece to each session, in order."""

from typing import Any

import msgspec
import pytest

from domain.actor import Actor, Cause, Role
from domain.channel_fields import ChannelPatch
from domain.channel_repository import ChannelRepository
from domain.commands import ChannelCommands
from domain.queries import ChannelQueries, ChannelRef
from projections.emissions.change_reader import ChangeReader
from tests.support.creation import ALICE, create
from tests.support.memory_log import LINEAGE, MemoryLog
from tests.support.one_page import OnePage
from transport.delivery.live_delivery import TURN_BYTES, Delivery
from transport.delivery.sessions import Sessions
from transport.socketio.packets import Burst, Message

ALICE_ASKS = Cause(ALICE, "a request")


class Hall:
    """A log, the sessions that listen to it, and what each was sent: a list a piece."""

    def __init__(self) -> None:
        self.log = MemoryLog()
        self.channels = ChannelRepository(self.log)
        self.commands = ChannelCommands(self.log, ChannelQueries(self.log, self.channels))
        self.sessions = Sessions(hold_limit=1_000_000)
        self.sent: dict[str, list[list[tuple[str, str]]]] = {}
        self._delivered = 0

    def listen(self, user: str, *workspaces: str, offset_suffix: str | None = None) -> None:
        session = self.sessions.open(user)
        session.offset_suffix = offset_suffix
        roles = dict.fromkeys(workspaces or ("demo",), Role.USER)
        session.authenticate(Actor(user, roles), self._delivered)
        session.go_live()
        self.sent[user] = []

    async def create(self, name: str, **body: Any) -> ChannelRef:
        return ChannelRef("demo", (await create(self.commands, name=name, **body)).at.channel.id)

    async def deliver(self, changes: ChangeReader | None = None) -> None:
        """Deliver all that the log has, in one page."""
        delivery = Delivery(changes or ChangeReader(self.channels), self.sessions, self._send)
        delivery.begin(LINEAGE, self._delivered)
        await delivery.run(OnePage(self.log.events[self._delivered :]))
        self._delivered = len(self.log.events)

    async def deliver_by_turns(self, *workspaces: str) -> list[tuple[str, str]]:
        """Deliver four channels, of each of two workspaces by turns; answers what is said."""
        names = ("one", "two", "three", "four")
        for name, workspace in zip(names, workspaces * 2, strict=True):
            await create(self.commands, name=name, workspace_id=workspace)
        await self.deliver()
        return [("channel-created", name) for name in names]

    def _send(self, eio_sid: str, sent: Message | Burst) -> None:
        assert sent.frames == b"".join(message.frames for message in sent.messages)
        said = [msgspec.json.decode(message.data[1:]) for message in sent.messages]
        self.sent[eio_sid].append([(event, model.get("name")) for event, model, *_ in said])


@pytest.fixture
def hall() -> Hall:
    return Hall()


async def test_what_is_ready_at_once_goes_to_a_session_in_one_piece(hall: Hall) -> None:
    hall.listen("alice")
    hall.listen("bob", offset_suffix="")
    for name in ("one", "two", "three"):
        await hall.create(name)
    await hall.deliver()
    expected = [[("channel-created", name) for name in ("one", "two", "three")]]
    assert hall.sent == {"alice": expected, "bob": expected}


async def test_each_session_hears_its_own_part_in_order_and_in_one_piece(hall: Hall) -> None:
    hall.listen("alice")
    hall.listen("bob")
    await hall.create("public")
    await hall.create("private", is_private=True)
    await hall.create("public again")
    await hall.deliver()
    assert hall.sent == {
        "alice": [[("channel-created", name) for name in ("public", "private", "public again")]],
        "bob": [[("channel-created", name) for name in ("public", "public again")]],
    }


@pytest.mark.parametrize("is_alone", [False, True], ids=["beside others", "alone"])
async def test_who_is_in_several_workspaces_hears_all_in_order_and_in_one_piece(
    hall: Hall, is_alone: bool
) -> None:
    hall.listen("bob", "demo", "other")
    if not is_alone:
        hall.listen("alice")
        hall.listen("carol", "other")
    said = await hall.deliver_by_turns("demo", "other")
    expected = {"bob": [said]}
    if not is_alone:
        expected |= {"alice": [said[::2]], "carol": [said[1::2]]}
    assert hall.sent == expected


async def test_each_of_several_workspaces_hears_its_own_in_one_piece(hall: Hall) -> None:
    hall.listen("alice", "demo")
    hall.listen("carol", "other")
    said = await hall.deliver_by_turns("demo", "other")
    assert hall.sent == {"alice": [said[::2]], "carol": [said[1::2]]}


async def test_who_is_said_two_things_of_an_event_hears_both_in_order(hall: Hall) -> None:
    hall.listen("bob")
    ref = await hall.create("private", is_private=True)
    await hall.commands.add_member(ALICE_ASKS, ref, "bob")
    await hall.deliver()
    events = [[event for event, _ in piece] for piece in hall.sent["bob"]]
    assert events == [["channel-created", "channel-member-added"]]


async def test_what_was_said_is_sent_before_anything_is_waited_for(hall: Hall) -> None:
    hall.listen("alice")
    ref = await hall.create("old")
    await hall.deliver()
    await hall.create("new")
    await hall.commands.update_channel(ALICE_ASKS, ref, ChannelPatch(name="older"))
    seen_before_reading = []

    class Reading(ChannelRepository):
        async def as_of(self, *arguments: Any) -> Any:
            seen_before_reading.extend(hall.sent["alice"][-1])
            return await super().as_of(*arguments)

    await hall.deliver(ChangeReader(Reading(hall.log)))
    assert seen_before_reading == [("channel-created", "new")]
    assert hall.sent["alice"][-1] == [("channel-updated", "older")]


async def test_others_get_their_turn_before_a_piece_is_large(hall: Hall) -> None:
    hall.listen("alice")
    names = [f"{number}" for number in range(100)]
    for name in names:
        await hall.create(name, description="x" * 2_000)
    await hall.deliver()
    pieces = hall.sent["alice"]
    assert [name for piece in pieces for _, name in piece] == names
    assert len(pieces) > 1
    assert all(2_000 * len(piece) < TURN_BYTES + 2_000 for piece in pieces)
