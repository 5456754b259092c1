"""The life of access: granted and taken back at random on two nodes, whose followers begin anew and
whose read model is rebuilt meanwhile. Both come to let in exactly what the log leaves."""

from contextlib import AsyncExitStack
from random import Random

import pytest

from domain.access import AccessCommands, RevokedAccess
from domain.actor import OPERATE, Actor, Cause, Role
from domain.errors import AccessRevoked
from projections.revocations.projection import RevocationsProjection
from projections.running.rebuild import rebuild
from tests.support.background import eventually, running
from tests.support.creation import create
from tests.support.following import Following
from tests.support.node import Node

BY_OLGA = Cause(Actor("olga", {}, frozenset({OPERATE})), "a request")
USERS = ("alice", "bob")
WORKSPACES = ("demo", "other")
STEPS = 40


def left_by(revoked: list[RevokedAccess], actor: Actor) -> frozenset[str] | None:
    """The workspaces that the log leaves to an actor; None where it leaves nothing."""
    lost = {
        each.workspace_id
        for each in revoked
        if each.user_id == actor.user_id and each.revoked_at.timestamp() >= actor.granted_at
    }
    return None if None in lost else frozenset(actor.roles.keys() - lost)


def left_at(node: Following, actor: Actor) -> frozenset[str] | None:
    try:
        return frozenset(node.revocations.admit(actor).roles)
    except AccessRevoked:
        return None


@pytest.mark.parametrize("seed", range(3))
async def test_both_nodes_let_in_what_the_log_leaves(
    node: Node, second_node: Node, seed: int
) -> None:
    random, nodes = Random(seed), (node, second_node)
    revoked: list[RevokedAccess] = []
    granted = [Actor(user, dict.fromkeys(WORKSPACES, Role.USER)) for user in USERS]
    async with AsyncExitStack() as runners, AsyncExitStack() as lives:
        for one in nodes:
            runner = one.runner(RevocationsProjection())
            await runners.enter_async_context(running(runner.run()))
        following = [Following(each) for each in nodes]
        for each in following:
            await lives.enter_async_context(each.level(0))

        async def agree() -> bool:
            return all(
                left_at(each, actor) == left_by(revoked, actor)
                for each in following
                for actor in granted
            )

        for _ in range(STEPS):
            number, user = random.randrange(2), random.choice(USERS)
            match random.choice(["revoke", "revoke", "create", "begin anew", "rebuild"]):
                case "revoke":
                    access = AccessCommands(nodes[number].log)
                    where = random.choice([None, *WORKSPACES])
                    revoked.append((await access.revoke_access(BY_OLGA, user, where)).access)
                    at = revoked[-1].revoked_at.timestamp()
                    granted += [
                        Actor(user, dict.fromkeys(WORKSPACES, Role.USER), granted_at=moment)
                        for moment in (at, at + 0.000_01)
                    ]
                case "create":
                    await create(nodes[number].commands, f"channel {random.random()}")
                case "begin anew":
                    following[number] = Following(nodes[number])
                    head = await nodes[number].stored.head()
                    await lives.enter_async_context(following[number].level(head))
                case "rebuild":
                    async for _ in rebuild(node.database, node.log, RevocationsProjection()):
                        pass
            await eventually(agree)
