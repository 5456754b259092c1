"""The life of channels as the feed tells it, held against the sockets: random commands by random
users, of which each user's stream says what their socket hears, and their pages what is left of it,
which is what another socket of theirs hears that resumes from where the page begins.

`make test ARGS="tests/e2e/feed/test_feed_life.py --hypothesis-profile=long"` goes on for 20,000
steps; `--hypothesis-seed=N` repeats a run.
"""

import itertools
from collections.abc import Iterable
from functools import partial
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from tests.e2e.sockets.test_whole_life import LONG, MARKERS, SHORT, Life
from tests.support.clients import Client, py_client
from tests.support.feed import heard_as, read_feed
from tests.support.feed_stream import CurlStream, curl_stream
from tests.support.life_model import ROLES
from tests.support.service import RunningService
from tests.support.tokens import token

RESUMED = 0.25
"""How often a page is held against a socket that resumes as well."""

marks = itertools.count(10_000)
"""For markers beside those of each step."""


class FeedLife(Life):
    """The same life, with a stream of each user beside their socket."""

    told = 0
    """Events that streams have told."""

    @invariant()
    def feed_and_sockets_agree(self) -> None:
        self.run(self._compare())

    async def _connect_all(self) -> None:
        await super()._connect_all()
        self.streams: dict[str, CurlStream] = {}
        for user in ROLES:
            stream = curl_stream(self.url, self._access(user))
            self.streams[user] = await self.stack.enter_async_context(stream)

    def _access(self, user: str) -> str:
        return token(user, {self.workspace: ROLES[user]})

    async def _compare(self) -> None:
        for user, stream in self.streams.items():
            await stream.until(partial(self._is_as_heard, user))
        user = self.random.choice(sorted(ROLES))
        events, sees = self.streams[user].events, self.model.seen_by(user)
        after = self.random.choice([0, *(int(each["position"]) for each in events[-9:])])
        beyond = [each for each in events if int(each["position"]) > after]
        left = [each for each in beyond if _is_end(each) or each["subject"] in sees]
        limit = self.random.choice([1, 2, 50])
        pages = await read_feed(self.url, self._access(user), after=after, limit=limit)
        assert pages == left, (user, after)
        if self.random.random() > RESUMED:
            return
        # A socket is spared the end of what it was not told the beginning of; a page knows nothing
        # of the pages before it.
        begun: set[str] = set()
        for each in beyond:
            if each["type"] == "channel.created" and each["subject"] not in sees:
                begun.add(each["subject"])
            elif _is_end(each) and each["subject"] in begun:
                left.remove(each)
        assert self._as_heard(left) == await self._resumed(user, after), (user, after)

    async def _resumed(self, user: str, after: int) -> list[tuple[str, Any]]:
        """What a socket of the user hears that goes on from a position."""
        async with py_client(self.url) as client:
            access = token(user, {self.workspace: ROLES[user], MARKERS: "user"})
            success = await client.auth(access, position=after, log=self._log_id(user))
            assert success["recovered"]
            response = await self.marking.post("", json={"name": f"{self.workspace}-{next(marks)}"})
            await client.until(lambda: response.json() in client.events("channel-created"))
            return self._heard(client)

    def _log_id(self, user: str) -> str:
        return str(self.views[user].client.events("auth-success")[0]["log"])

    def _is_as_heard(self, user: str) -> bool:
        """Whether the stream has said what the user's socket has heard since it is there."""
        client = self.views[user].client
        since = client.events("auth-success")[0]["position"]
        told = [each for each in self.streams[user].events if int(each["position"]) > since]
        return self._as_heard(told) == self._heard(client)

    def _heard(self, client: Client) -> list[tuple[str, Any]]:
        return [
            (str(each.name), each.args[0])
            for each in client.heard
            if each.kind == "event"
            and str(each.name).startswith("channel-")
            and each.args[0]["workspaceId"] == self.workspace
        ]

    def _as_heard(self, events: Iterable[Any]) -> list[tuple[str, Any]]:
        return [said for each in events for said in heard_as(each)]

    def teardown(self) -> None:
        type(self).told += sum(len(each.events) for each in self.streams.values())
        super().teardown()


def _is_end(event: Any) -> bool:
    return bool(event["type"] == "channel.deleted")


@pytest.mark.timeout(7200)
def test_the_feed_of_a_user_is_what_their_sockets_hear(
    service: RunningService, request: pytest.FixtureRequest
) -> None:
    is_long = request.config.getoption("--hypothesis-profile") == "long"
    profile = settings(LONG if is_long else SHORT, phases=[Phase.generate])  # not to shrink
    FeedLife.url, FeedLife.steps, FeedLife.told = service.url, 0, 0
    FeedLife.outcomes.clear()
    run_state_machine_as_test(FeedLife, settings=profile)
    print(f"{FeedLife.steps} comparisons, {FeedLife.told} events told")
    assert FeedLife.told > 200
    assert service.troubles == ""
