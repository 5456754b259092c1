"""The check of the log: silent about any log that the service has written, and it finds each thing
that somebody has put wrong by hand."""

from typing import Any

import asyncpg
import pytest

from domain.channel_fields import ChannelPatch
from domain.errors import Conflict
from domain.identifiers import name_stream_id
from domain.queries import ChannelRef
from scripts.cli.check import check_log
from tests.support.background import running
from tests.support.creation import ALICE, asked_by, create
from tests.support.lives import Lives
from tests.support.node import Node

HEAD = 14
NAMES = ("general", "team", "other")


@pytest.fixture
async def ids(node: Node) -> dict[str, Any]:
    """A log in which names change hands, and its streams by how the tests call them."""
    a = (await create(node.commands, "general")).at.channel.id  # 1, 2
    b = (await create(node.commands, "team")).at.channel.id  # 3, 4
    cause = asked_by(ALICE)
    await node.commands.update_channel(
        cause, ChannelRef("demo", b), ChannelPatch(name="other")
    )  # 5, 6, 7
    await node.commands.delete_channel(cause, ChannelRef("demo", a))  # 8, 9
    c = (await create(node.commands, "General")).at.channel.id  # 10, 11
    for number in range(3):  # 12, 13, 14
        patch = ChannelPatch(description=f"{number}")
        await node.commands.update_channel(cause, ChannelRef("demo", c), patch)
    assert await node.stored.head() == HEAD
    names = {name: name_stream_id("demo", name) for name in NAMES}
    return {"a": a, "b": b, "c": c, **names}


def faults(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What was printed: a line a fault, and nothing else but the epochs of a log without any."""
    lines = capsys.readouterr().out.splitlines()
    return [line for line in lines if not line.startswith("epoch 1: ")]


async def test_a_log_of_the_service_has_no_faults(
    node: Node, second_node: Node, database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """While it is written, too: what comes after the head is not looked at."""
    lives = Lives([node.commands, second_node.commands], names=("general", "General", "Straße"))
    await check_log(database_url)
    async with running(
        node.runner().run(),
        lives.live(callers=8, commands=20, seed=5),
    ):
        for _ in range(3):
            await check_log(database_url)
    assert await node.stored.head() > 0
    await check_log(database_url)
    assert [line.partition(";")[0] for line in faults(capsys)] == ["the log is whole"] * 5


def edit(position: int, before: str, after: str) -> str:
    """Change the text of an event's state."""
    return (
        "UPDATE stored_events SET state ="
        f" convert_to(replace(convert_from(state, 'UTF8'), '{before}', '{after}'), 'UTF8')"
        f" WHERE notification_id = {position}"
    )


PLANTED: dict[str, tuple[str, list[str]]] = {
    "a hole": (
        "DELETE FROM stored_events WHERE notification_id = 13",
        ["position 13: is missing", "position 14: stream {c}: expected version 3, found 4"],
    ),
    "events missing at the end": (
        "DELETE FROM stored_events WHERE notification_id > 12",
        ["positions 13 to 14: are missing"],
    ),
    "a head that has moved on": (
        "UPDATE log_head SET position = 15",
        ["position 15: is missing"],
    ),
    "a head of another log": (
        "UPDATE log_head SET log_id = '00000000-0000-0000-0000-000000000007'",
        ["head: says that the log is 00000000-0000-0000-0000-000000000007, and its last…"],
    ),
    "an epoch that begins beyond the end": (
        "UPDATE log_epochs SET first_position = 16",
        ["epoch …: begins at 16, beyond the end"],
    ),
    "a head that has moved back": (
        "UPDATE log_head SET position = 11",
        ["head: says 11, and the last event is at position 14"],
    ),
    "an event before the first": (
        "INSERT INTO stored_events SELECT originator_id, 5, topic, state, 0, workspace_id"
        " FROM stored_events WHERE notification_id = 14",
        [
            "position 0: is out of place, after 0",
            "position 0: stream {c}: expected version 1, found 5",
            "position 10: stream {c}: expected version 6, found 1",
        ],
    ),
    "a version left out": (
        "UPDATE stored_events SET originator_version = 9 WHERE notification_id = 14",
        ["position 14: stream {c}: expected version 4, found 9"],
    ),
    "a stream that begins late": (
        "UPDATE stored_events SET originator_version = originator_version + 1"
        " WHERE notification_id = 7",
        ["position 7: stream {other}: expected version 1, found 2"],
    ),
    "versions in another order": (
        "UPDATE stored_events SET notification_id = -notification_id"
        " WHERE notification_id IN (13, 14);"
        "UPDATE stored_events SET notification_id = 27 + notification_id WHERE notification_id < 0",
        [
            "position 13: stream {c}: expected version 3, found 4",
            "position 14: stream {c}: expected version 5, found 3",
        ],
    ),
    "a state that is cut off": (
        "UPDATE stored_events SET state = substr(state, 1, 20) WHERE notification_id = 14",
        ["position 14: an event of the topic 'channel.updated', which cannot be decoded: …"],
    ),
    "no state": (
        "UPDATE stored_events SET state = NULL WHERE notification_id = 14",
        ["position 14: an event of the topic 'channel.updated', which cannot be decoded: …"],
    ),
    "a state without a field": (
        edit(14, '"actor_id"', '"actor"'),
        [
            "position 14: an event of the topic 'channel.updated', which cannot be decoded:"
            " ValueError: it has no actor_id"
        ],
    ),
    "a name that is none": (
        edit(10, '"General"', "7"),
        [
            "position 10: an event of the topic 'channel.created', which makes no sense: …",
            "names: the name 'general' in 'demo' is that of no channel, held by channel {c}",
        ],
    ),
    "an unknown topic": (
        "UPDATE stored_events SET topic = 'channel.painted' WHERE notification_id = 14",
        [
            "position 14: an event of the topic 'channel.painted', which this version of Kanal does"
            " not know…"
        ],
    ),
    "no topic": (
        "UPDATE stored_events SET topic = NULL WHERE notification_id = 14",
        ["position 14: an event of the topic None, …"],
    ),
    "another workspace in the column": (
        "UPDATE stored_events SET workspace_id = 'theirs' WHERE notification_id IN (10, 14)",
        [
            "position 10: stream {c} belongs to 'demo', its column `workspace_id` says 'theirs'",
            "position 14: stream {c} belongs to 'demo', its column `workspace_id` says 'theirs'",
        ],
    ),
    "no workspace in the column": (
        "UPDATE stored_events SET workspace_id = NULL WHERE notification_id = 11",
        ["position 11: stream {general} belongs to 'demo', its column `workspace_id` says None"],
    ),
    "two channels called the same": (
        edit(5, "other", "GENERAL"),
        [
            "position 5: the name 'general' in 'demo' is taken by channel {b}, and is that of"
            " channel {a}",
            "position 10: the name 'general' in 'demo' is taken by channel {c}, and is that of"
            " channel {b}",
            "names: the name 'other' in 'demo' is that of no channel, held by channel {b}",
        ],
    ),
    "a name reserved while it is held": (
        "UPDATE stored_events SET topic = 'channel-name.reserved-again', state = (SELECT state FROM"
        " stored_events WHERE notification_id = 11) WHERE notification_id = 9",
        [
            "position 9: the name 'general' in 'demo' is reserved for channel {c} while channel {a}"
            " holds it",
            "position 11: the name 'general' in 'demo' is reserved for channel {c} while channel"
            " {c} holds it",
        ],
    ),
    "a name that is held by a channel called otherwise": (
        edit(5, "other", "another"),
        [
            "names: the name 'another' in 'demo' is that of channel {b}, held by no channel",
            "names: the name 'other' in 'demo' is that of no channel, held by channel {b}",
        ],
    ),
    "a name released that nobody holds": (
        "UPDATE stored_events SET topic = 'channel-name.released' WHERE notification_id = 11",
        [
            "position 11: the name 'general' in 'demo' is released, and nobody holds it",
            "names: the name 'general' in 'demo' is that of channel {c}, held by no channel",
        ],
    ),
    "a name in another stream": (
        "UPDATE stored_events SET originator_id = '00000000-0000-4000-8000-000000000000'"
        " WHERE notification_id IN (4, 6)",
        [
            "position 4: the name 'team' in 'demo' is in stream"
            " 00000000-0000-4000-8000-000000000000, looked for in {team}",
        ],
    ),
    "a checkpoint beyond the head": (
        "INSERT INTO checkpoints (name, version, position)"
        " VALUES ('channels', 2, 15), ('snapshots', 1, 14)",
        ["checkpoint of channels version 2: is at 15, beyond the head at 14"],
    ),
}


@pytest.mark.parametrize(("statements", "expected"), PLANTED.values(), ids=PLANTED)
async def test_each_fault_is_a_line(
    ids: dict[str, Any],
    admin: asyncpg.Connection,
    database_url: str,
    capsys: pytest.CaptureFixture[str],
    statements: str,
    expected: list[str],
) -> None:
    await admin.execute(statements)
    with pytest.raises(Conflict, match=rf"^faults in the log: {len(expected)}; checked"):
        await check_log(database_url)
    found = faults(capsys)
    assert len(found) == len(expected), found
    for line, pattern in zip(found, expected, strict=True):
        begin, _, _ = pattern.format(**ids).partition("…")
        assert line.startswith(begin)
        assert "…" in pattern or line == begin


async def test_faults_are_found_wherever_the_pages_end(
    ids: dict[str, Any],
    admin: asyncpg.Connection,
    database_url: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await admin.execute("DELETE FROM stored_events WHERE notification_id IN (1, 6, 13)")
    for size in (1_000, 1, 2, 5):
        monkeypatch.setattr("persistence.log.whole_log.PAGE_SIZE", size)
        with pytest.raises(Conflict):
            await check_log(database_url)
        found = faults(capsys)
        assert [line for line in found if "missing" in line] == [
            f"position {position}: is missing" for position in (1, 6, 13)
        ]


async def test_a_log_without_a_head_row_is_not_whole(
    ids: dict[str, Any], admin: asyncpg.Connection, database_url: str
) -> None:
    await admin.execute("DELETE FROM log_head")
    with pytest.raises(Conflict, match="log_head has no row"):
        await check_log(database_url)
