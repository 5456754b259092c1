"""All nodes are asked, whatever their versions: one that says nothing is named, and the answer is
made of what the others say."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from domain.errors import Unavailable
from transport.operator.all_nodes import OPERATOR, AllNodes
from transport.operator.questions import (
    HasLetGo,
    HowItIs,
    LetGo,
    NodeState,
    Question,
    Reply,
    WhoWasTold,
)
from transport.socketio.elsewhere import Answer, NodeGone

OWN, OTHER = NodeState([], [], [], 0), NodeState(["database"], [], [], 1)

Asked = Callable[[bytes], Awaitable[Answer]]


class Links:
    """Links to one other node, which does as it is told."""

    def __init__(self, does: Asked) -> None:
        self._does = does

    async def ids(self) -> list[str]:
        return ["other"]

    gone_upto = 0

    async def ask(self, operation: str, sid: str, query: str = "", body: bytes = b"") -> Answer:
        assert (operation, sid) == (OPERATOR, "other")
        return await self._does(body)


async def own(question: Question) -> Reply:
    assert question == HowItIs()
    return OWN


async def replies(_: bytes) -> Answer:
    return Answer(200, msgspec.msgpack.encode(OTHER))


async def knows_more(_: bytes) -> Answer:
    said = {**msgspec.to_builtins(OTHER), "more": {"that": "is new"}}
    return Answer(200, msgspec.msgpack.encode(said))


async def is_older(_: bytes) -> Answer:
    return Answer(400)


async def says_something_else(_: bytes) -> Answer:
    return Answer(200, msgspec.msgpack.encode({"was_there": True}))


async def is_gone(_: bytes) -> Answer:
    raise NodeGone


async def is_not_to_be_asked(_: bytes) -> Answer:
    raise Unavailable("too much is asked of other nodes")


async def says_nothing(_: bytes) -> Answer:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.mark.parametrize("does", [replies, knows_more])
async def test_each_is_asked_and_what_is_new_in_an_answer_is_passed_over(does: Asked) -> None:
    answer = await AllNodes("own", Links(does), own).ask(HowItIs(), NodeState)
    assert answer.by_node == {"other": OTHER, "own": OWN}
    assert answer.silent == []


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (is_older, "its version of Kanal does not know what is asked"),
        (says_something_else, "its version of Kanal answers something else"),
        (is_gone, "it does not answer"),
        (is_not_to_be_asked, "it does not answer"),
        (says_nothing, "it does not answer"),
    ],
)
async def test_one_that_does_not_answer_is_named(
    does: Asked, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transport.operator.all_nodes.PATIENCE", 0.01)
    answer = await AllNodes("own", Links(does), own).ask(HowItIs(), NodeState)
    assert answer.by_node == {"own": OWN}
    assert [(each.node_id, each.why) for each in answer.silent] == [("other", why)]


async def test_what_is_asked_arrives_as_it_was_meant() -> None:
    questions: list[Question] = [
        LetGo("a session"),
        WhoWasTold("demo", ["bob"], others=3, after_user="al"),
    ]
    arrived: list[Question] = []

    async def note(question: Question) -> Reply:
        arrived.append(question)
        return HasLetGo(was_there=True)

    for question in questions:
        answer = await AllNodes("x", Links(replies), note).answer(msgspec.msgpack.encode(question))
        assert msgspec.msgpack.decode(answer.body, type=HasLetGo).was_there
    assert arrived == questions


@pytest.mark.parametrize(
    "asked",
    [
        b"",
        b"\xc1",
        msgspec.msgpack.encode({"type": "made-up"}),
        msgspec.msgpack.encode({"type": "told", "workspace_id": "w", "users": ["u"] * 1_000}),
        msgspec.msgpack.encode({"type": "connected", "limit": 10**9}),
    ],
)
async def test_a_question_that_is_none_of_this_version_is_refused(asked: bytes) -> None:
    answer = await AllNodes("own", Links(replies), own).answer(asked)
    assert answer.status == 400


async def test_a_question_with_something_new_in_it_is_answered_without_that() -> None:
    asked = msgspec.msgpack.encode({"type": "state", "more": 1})
    answer = await AllNodes("own", Links(replies), own).answer(asked)
    assert msgspec.msgpack.decode(answer.body, type=NodeState) == OWN
