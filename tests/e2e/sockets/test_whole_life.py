"""The life of channels: random commands by random users against the service, beside a model.

After each step every user's list, each socket's view built only from what it received, and the
model agree. `make test ARGS="tests/e2e/sockets/test_whole_life.py
--hypothesis-profile=long"` goes on for 20,000 steps; `--hypothesis-seed=N` repeats a run.
"""

import asyncio
import itertools
import random
from collections import Counter
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.support.channels import api
from tests.support.clients import ProcessClient, PyClient, js_client, py_client
from tests.support.life_model import ROLES, Model
from tests.support.service import RunningService
from tests.support.socket_view import SocketView
from tests.support.tokens import token

LEAST_STEPS = 200

MARKERS = "markers"
"""A workspace of everyone's: a channel there, heard, shows that all before it was heard."""

NAMES = ["one", "ONE", "two", "three", "Ünï"]
runs = itertools.count()


class Life(RuleBasedStateMachine):
    """Runs commands over HTTP or the user's socket; one loop, which turns while a step runs."""

    url: str
    steps = 0
    """How often all was compared."""
    outcomes: Counter[tuple[str, str | None]] = Counter()
    """How often a command was refused for which reason, or done."""

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.workspace = f"life-{next(runs)}"
        self.random = random.Random(seed)
        self.model = Model()
        self.runner = asyncio.Runner()
        self.stack = AsyncExitStack()
        self.http: dict[str, Any] = {}
        self.views: dict[str, SocketView] = {}
        self.gone: list[str] = []
        self.run(self._connect_all())

    def run(self, step: Any) -> Any:
        return self.runner.run(step)

    def some_channel(self, *, private: bool = False) -> str:
        """A channel that is there, mostly, and private where that matters."""
        there = list(self.model.channels)
        if self.gone and (not there or self.random.random() < 0.05):
            return self.random.choice(self.gone)
        fitting = [id for id in there if self.model.channels[id].private]
        return self.random.choice(fitting if private and fitting and self.mostly() else there)

    def some_user(self, id: str) -> str:
        """A user who may manage the channel, mostly."""
        channel = self.model.channels.get(id)
        users = sorted(ROLES)
        managers = [
            user for user in users if channel and channel.seen_by(user) and channel.managed_by(user)
        ]
        return self.random.choice(managers if managers and self.mostly() else users)

    def some_member(self, id: str) -> str:
        """A member of the channel, mostly."""
        channel = self.model.channels.get(id)
        members = sorted(channel.members) if channel else []
        return self.random.choice(members if members and self.mostly() else sorted(ROLES))

    def mostly(self) -> bool:
        return self.random.random() < 0.6

    @rule(
        what=st.sampled_from(["create", "update", "delete", "add", "remove", "come_back"]),
        user=st.sampled_from(sorted(ROLES)),
        over_http=st.booleans(),
    )
    def step(self, what: str, user: str, over_http: bool) -> None:
        """One rule for all: of several, Hypothesis leaves some out of a whole run."""
        if what == "come_back":
            self.run(self._reconnect(user))
        elif what == "create" or len(self.model.channels) < 2:
            self.create(user, over_http)
        else:
            getattr(self, what)(over_http)

    def create(self, user: str, over_http: bool) -> None:
        name, private = self.random.choice(NAMES), self.random.random() < 0.5
        description = self.random.choice([None, "text"])
        body = {"name": name, "description": description, "isPrivate": private}
        refusal = self.model.refuses_create(user, name)
        answer = self.command(user, over_http, "POST", "", "create-channel", body, refusal)
        if refusal is None:
            self.model.create(answer["id"], user, name, description, private)

    def update(self, over_http: bool) -> None:
        id = self.some_channel()
        values = {
            "name": self.random.choice(NAMES),
            "description": self.random.choice([None, "", "text"]),
            "isPrivate": self.random.random() < 0.5,
        }
        fields = self.random.sample(list(values), self.random.randint(0, 2))
        changes = {field: values[field] for field in fields}
        user = self.some_user(id)
        refusal = self.model.update(user, id, changes)
        self.command(user, over_http, "PATCH", f"/{id}", "update-channel", changes, refusal, id)

    def delete(self, over_http: bool) -> None:
        id = self.some_channel()
        user = self.some_user(id)
        refusal = self.model.delete(user, id)
        self.command(user, over_http, "DELETE", f"/{id}", "delete-channel", None, refusal, id)
        if refusal is None:
            self.gone.append(id)

    def add(self, over_http: bool) -> None:
        id = self.some_channel(private=True)
        user = self.some_user(id)
        member = self.random.choice([self.some_member(id), *ROLES])
        role = self.random.choice([None, "user", "admin"])
        refusal = self.model.add(user, id, member, role)
        path, body = f"/{id}/members/{member}", {"role": role}
        event = "add-channel-member"
        self.command(user, over_http, "PUT", path, event, body, refusal, id, member)

    def remove(self, over_http: bool) -> None:
        id = self.some_channel(private=True)
        member = self.some_member(id)
        user = self.some_user(id) if self.mostly() else member
        refusal = self.model.remove(user, id, member)
        path, event = f"/{id}/members/{member}", "remove-channel-member"
        self.command(user, over_http, "DELETE", path, event, None, refusal, id, member)

    @invariant()
    def all_agree(self) -> None:
        type(self).steps += 1
        self.run(self._check())

    def command(
        self,
        user: str,
        over_http: bool,
        method: str,
        path: str,
        event: str,
        body: dict[str, Any] | None,
        refusal: str | None,
        id: str | None = None,
        member: str | None = None,
    ) -> Any:
        """Run a command either way; it is refused as the model says, or answers a payload."""
        if over_http:
            response = self.run(self.http[user].request(method, path, json=body))
            answer = response.json()
            assert answer.get("code") == refusal, (answer, refusal)
            type(self).outcomes[event, refusal] += 1
            return answer
        more = {"channelId": id, "userId": member}
        data = {"workspaceId": self.workspace, **(body or {})}
        data |= {name: value for name, value in more.items() if value is not None}
        answer = self.run(self.views[user].client.call(event, data))
        assert answer.get("error", {}).get("code") == refusal, (answer, refusal)
        type(self).outcomes[event, refusal] += 1
        return answer.get("channel", answer)

    async def _check(self) -> None:
        response = await self.marking.post("", json={"name": f"{self.workspace}-{self.steps}"})
        marker = response.json()
        for user, view in self.views.items():
            expected = {
                id: [channel.name, channel.description, channel.private, channel.creator]
                for id, channel in self.model.seen_by(user).items()
            }
            await view.client.until(partial(self._has_heard, view, marker))
            assert not view.ended, f"{user} is let go: {view.client.heard[-9:]}"
            view.take_in()
            for channels in (await self._list(user, marker["position"]), view.channels.values()):
                found = {
                    each["id"]: [each[name] for name in FIELDS]
                    for each in channels
                    if each["workspaceId"] == self.workspace
                }
                assert found == expected, f"{user} sees {found}, and should see {expected}"
            for id, members in view.members.items():
                roles = self.model.channels[id].members
                assert members.items() <= roles.items(), (user, members, roles)

    def _has_heard(self, view: SocketView, marker: Any) -> bool:
        return marker in view.client.events(APPEARS)[-9:] or view.ended

    async def _list(self, user: str, position: int) -> list[Any]:
        query = {"minPosition": position, "limit": 200}
        return (await self.http[user].get("", params=query)).json()["channels"]

    async def _connect_all(self) -> None:
        self.marking = await self.stack.enter_async_context(api(self.url, MARKERS))
        for user in ROLES:
            role = {self.workspace: ROLES[user]}
            client = api(self.url, self.workspace, user, roles=role)
            self.http[user] = await self.stack.enter_async_context(client)
            await self._connect(user)

    async def _connect(self, user: str) -> None:
        """A socket that is authenticated, and a view that begins with the list after that."""
        opened = (js_client if user == "bob" else py_client)(self.url)
        client: ProcessClient | PyClient = await self.stack.enter_async_context(opened)
        roles = {self.workspace: ROLES[user], MARKERS: "user"}
        success = await client.auth(token(user, roles))
        query = {"minPosition": success["position"], "limit": 200}
        page = (await self.http[user].get("", params=query)).json()
        self.views[user] = SocketView(client, page["channels"], page["position"])

    async def _reconnect(self, user: str) -> None:
        """A new connection, which starts from the list."""
        client = self.views[user].client
        if isinstance(client, PyClient):
            await client.sio.disconnect()
            await self._connect(user)

    def teardown(self) -> None:
        self.run(self.stack.aclose())
        self.runner.close()


COMMANDS = {
    "create-channel",
    "update-channel",
    "delete-channel",
    "add-channel-member",
    "remove-channel-member",
}
LEAST_REFUSALS = 10
"""Kinds of refusals, by command; a run that has met fewer of them shows too little."""

FIELDS = ("name", "description", "isPrivate", "creatorId")
APPEARS = "channel-created"

SHORT = settings(
    max_examples=6,
    stateful_step_count=50,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
LONG = settings(SHORT, max_examples=700, derandomize=False)


@pytest.fixture
def profile(request: pytest.FixtureRequest) -> settings:
    is_long = request.config.getoption("--hypothesis-profile") == "long"
    return LONG if is_long else SHORT


@pytest.mark.timeout(7200)
def test_lists_sockets_and_a_model_agree_after_every_step(
    service: RunningService, profile: settings
) -> None:
    Life.url, Life.steps = service.url, 0
    Life.outcomes.clear()
    run_state_machine_as_test(Life, settings=profile)
    commands = Life.outcomes.total()
    print(f"{Life.steps} comparisons, {commands} commands: {Life.outcomes.most_common()}")
    assert commands >= LEAST_STEPS
    assert {event for event, refusal in Life.outcomes if refusal is None} == COMMANDS
    assert len([refusal for _, refusal in Life.outcomes if refusal]) >= LEAST_REFUSALS
    assert service.troubles == ""
