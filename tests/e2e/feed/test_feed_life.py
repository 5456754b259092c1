"""The life of channels as the feed tells it, held against the sockets: random commands by random
users, of which each user's stream says what their socket hears, and their pages what is left of it.

`make test ARGS="tests/e2e/feed/test_feed_life.py --hypothesis-profile=long"` goes on for 20,000
steps; `--hypothesis-seed=N` repeats a run.
"""

from functools import partial

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import invariant, run_state_machine_as_test

from tests.e2e.sockets.test_whole_life import LONG, SHORT, Life
from tests.support.feed import heard_as, read_feed
from tests.support.feed_stream import CurlStream, curl_stream
from tests.support.life_model import ROLES
from tests.support.service import RunningService
from tests.support.tokens import token


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
        sees = self.model.seen_by(user)
        left = [
            each
            for each in self.streams[user].events
            if each["type"] == "channel.deleted" or each["subject"] in sees
        ]
        assert await read_feed(self.url, self._access(user), limit=50) == left, user

    def _is_as_heard(self, user: str) -> bool:
        """Whether the stream has said what the user's socket has heard since it is there."""
        client = self.views[user].client
        since = client.events("auth-success")[0]["position"]
        heard = [
            (each.name, each.args[0])
            for each in client.heard
            if each.kind == "event"
            and str(each.name).startswith("channel-")
            and each.args[0]["workspaceId"] == self.workspace
        ]
        told = [each for each in self.streams[user].events if int(each["position"]) > since]
        return [said for each in told for said in heard_as(each)] == heard

    def teardown(self) -> None:
        type(self).told += sum(len(each.events) for each in self.streams.values())
        super().teardown()


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
