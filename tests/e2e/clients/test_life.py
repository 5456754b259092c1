"""The life of channels as kanal-client shows it: random commands, cuts and restarts beside a model.

After each step every client shows what the model says, and in the end each state that it has ever
shown as live is the list as of its position. `make test ARGS="tests/e2e/clients/test_life.py
--hypothesis-profile=long"` goes on for 4,000 steps; `--hypothesis-seed=N` repeats a run.
"""

import asyncio
import itertools
import random
import signal
from collections import Counter
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.support.kanal_client import TRANSPORTS, KanalClient, Refused, Way, kanal_client, way_to
from tests.support.life_model import ROLES, Model
from tests.support.past import listed
from tests.support.service import RunningService, free_port, running_service
from tests.support.tokens import token

pytestmark = pytest.mark.usefixtures("language")

USERS = dict(zip(("alice", "bob", "dora"), TRANSPORTS.values(), strict=True))
"""Who has a client, and over what it comes; dora is a moderator."""

NAMES = ["one", "ONE", "two", "three", "Ünï"]
FIELDS = ("name", "description", "isPrivate", "creatorId")
RESUME_LIMIT = "4"
"""So that some resume and some begin anew."""

runs = itertools.count()
restarts = itertools.cycle([signal.SIGKILL, signal.SIGTERM])


class Service:
    """The service, which is to be found again where it was after a restart."""

    def __init__(self, database_url: str) -> None:
        self._port = str(free_port())
        self._database_url = database_url
        self._running = ExitStack()
        self.start()

    def start(self) -> None:
        service = running_service(self._database_url, port=self._port, resume_limit=RESUME_LIMIT)
        self.now: RunningService = self._running.enter_context(service)

    def restart(self, number: int) -> None:
        self.now.stop(number)
        self._running.close()
        self.start()

    def close(self) -> None:
        self._running.close()


class Life(RuleBasedStateMachine):
    """Each command goes through its user's client; one loop, which turns while a step runs."""

    service: Service
    outcomes: Counter[tuple[str, str | None]] = Counter()
    """How often a command was refused for which reason, or done; and what befell the clients."""
    compared = 0
    """How many states were held against the service's list as of their position."""

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.workspace = f"client-life-{next(runs)}"
        self.random = random.Random(seed)
        self.numbers = itertools.count(1)
        self.model = Model()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.ways: dict[str, Way] = {}
        self.clients: dict[str, KanalClient] = {}
        self.away: set[str] = set()
        self.runner.run(self._connect_all())

    @rule(
        what=st.sampled_from(
            [
                "create",
                "update",
                "update",
                "delete",
                "add",
                "add",
                "remove",
                "cut",
                "cut",
                "heal",
                "restart",
            ]
        ),
        user=st.sampled_from(sorted(USERS)),
    )
    def step(self, what: str, user: str) -> None:
        """One rule for all: of several, Hypothesis leaves some out of a whole run."""
        match what:
            case "cut":
                self.away.add(user)
                self.runner.run(self._cut(user))
            case "heal":
                self.heal(user)
            case "restart" if self.random.random() < 0.3:
                number = next(restarts)
                self.outcomes["restart", number.name] += 1
                self.service.restart(number)
            case "restart":
                pass
            case "create":
                self.create(user)
            case _ if len(self.model.channels) < 2:
                self.create(user)
            case _:
                is_of_members = what in ("add", "remove")
                getattr(self, what)(user, self.some_channel(private=is_of_members))

    @invariant()
    def all_agree(self) -> None:
        self.runner.run(self._check())

    def heal(self, user: str) -> None:
        self.away.discard(user)
        self.ways[user].heal()

    def some_channel(self, *, private: bool = False) -> str:
        """A channel that is there, and private, mostly, where that matters."""
        there = list(self.model.channels)
        fitting = [id for id in there if self.model.channels[id].private]
        return self.random.choice(fitting if private and fitting and self.mostly() else there)

    def some_name(self) -> str:
        """One that nobody has, mostly."""
        names = [f"channel {next(self.numbers)}"] if self.mostly() else NAMES
        return self.random.choice(names)

    def mostly(self) -> bool:
        return self.random.random() < 0.8

    def some_member(self, id: str) -> str:
        members = sorted(self.model.channels[id].members)
        return self.random.choice(members if members and self.mostly() else [*USERS])

    def create(self, user: str) -> None:
        name, private = self.some_name(), self.random.random() < 0.7
        refusal = self.model.refuses_create(user, name)
        made = self.command(user, refusal, "create", {"name": name, "isPrivate": private})
        if refusal is None:
            self.model.create(made["id"], user, name, None, private)

    def update(self, user: str, id: str) -> None:
        values = {
            "name": self.some_name(),
            "description": self.random.choice([None, "", "text"]),
            "isPrivate": self.random.random() < 0.5,
        }
        fields = self.random.sample(list(values), self.random.randint(1, 2))
        changes = {field: values[field] for field in fields}
        self.command(user, self.model.update(user, id, changes), "update", id, changes)

    def delete(self, user: str, id: str) -> None:
        self.command(user, self.model.delete(user, id), "delete", id)

    def add(self, user: str, id: str) -> None:
        member, role = self.random.choice([*USERS]), self.random.choice(["user", "admin"])
        refusal = self.model.add(user, id, member, role)
        self.command(user, refusal, "addMember", id, member, {"role": role})

    def remove(self, user: str, id: str) -> None:
        member = self.some_member(id)
        refusal = self.model.remove(user, id, member)
        self.command(user, refusal, "removeMember", id, member)

    def command(self, user: str, refusal: str | None, name: str, *args: Any) -> Any:
        """It is refused as the model says, or answered; one that begins while its user is away is
        carried out once they are back. A channel that is not there counts as gone then."""
        client = self.clients[user]
        was_away = user in self.away
        leaves = name == "delete" or (name == "removeMember" and args[1] == user)
        call = client.start(name, *args)
        self.heal(user)
        code = result = None
        try:
            result = self.runner.run(client.answer(call))
        except Refused as refused:
            code = refused.code
        if was_away and leaves and refusal == "not_found":
            refusal = code
        assert code == refusal, (name, args, code, refusal)
        self.outcomes[name, refusal] += 1
        return result

    async def _check(self) -> None:
        for user, client in self.clients.items():
            if user not in self.away:
                await client.until(partial(self._is_right, user))

    def _is_right(self, user: str, state: Any) -> bool:
        shown = {each["id"]: [each[field] for field in FIELDS] for each in state["channels"]}
        return state["status"] == "live" and shown == {
            id: [channel.name, channel.description, channel.private, channel.creator]
            for id, channel in self.model.seen_by(user).items()
        }

    async def _connect_all(self) -> None:
        url = self.service.now.url
        for user, transports in USERS.items():
            way = self.ways[user] = await self.stack.enter_async_context(way_to(url))
            access = token(user, {self.workspace: ROLES[user]})
            client = kanal_client(way.url, self.workspace, access, transports=transports)
            self.clients[user] = await self.stack.enter_async_context(client)
            await self.clients[user].live()

    async def _cut(self, user: str) -> None:
        self.outcomes["cut", None] += 1
        await self.ways[user].cut()
        await self.clients[user].until(lambda state: state["status"] != "live")

    async def _every_state_was_right(self) -> None:
        lists: dict[tuple[str, int], list[Any]] = {}
        for user, client in self.clients.items():
            assert {state["status"] for state in client.states} <= {
                "connecting", "catching-up", "live", "away",
            }  # fmt: skip
            live = [state for state in client.states if state["status"] == "live"]
            positions = [state["position"] for state in live]
            assert positions == sorted(positions)
            for state in live:
                at = user, state["position"]
                if at not in lists:
                    lists[at] = await listed(self.service.now.url, self.workspace, at[1], user)
                assert state["channels"] == lists[at], (user, state["position"])
                type(self).compared += 1

    def teardown(self) -> None:
        self.runner.run(self._every_state_was_right())
        self.runner.run(self.stack.aclose())
        self.runner.close()


SHORT = settings(
    max_examples=4,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # each run takes too long to look for a shorter one
    database=None,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(SHORT, max_examples=80, derandomize=False)


@pytest.mark.timeout(7200)
def test_what_the_clients_show_is_what_a_model_says(
    database_url: str, request: pytest.FixtureRequest
) -> None:
    is_long = request.config.getoption("--hypothesis-profile") == "long"
    Life.service = Service(database_url)
    Life.outcomes.clear()
    Life.compared = 0
    try:
        run_state_machine_as_test(Life, settings=LONG if is_long else SHORT)
    finally:
        Life.service.close()
    print(f"{Life.compared} states compared, {Life.outcomes.most_common()}")
    done = {name for name, refusal in Life.outcomes if refusal is None}
    assert done == {"create", "update", "delete", "addMember", "removeMember", "cut"}
    assert {refusal for _, refusal in Life.outcomes} >= {"not_found", "name_taken", "SIGKILL"}
    assert Life.compared > 100
