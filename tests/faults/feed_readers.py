"""Subscribers that read the feed, as other services do: one asks for pages, one has a stream.

Each keeps what it is told and how far it has read in one step, which is its transaction, and goes
on from there after whatever befalls it. Where the log has not all any more that it has read, it
begins anew, as docs/feed.md says: whoever reads all from the beginning, a user from their lists.
"""

import asyncio
import json
from abc import abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.faults.channel_lists import Listed, read_list
from tests.faults.history import Create, Model
from tests.faults.network import Network
from tests.faults.proxy import Proxy
from tests.faults.reading import PublicEvent, Reading, Stretch
from tests.faults.recorder import Recorder
from tests.faults.subscribers import LASTING, Subscriber
from tests.support.feed import READ_LOG
from tests.support.http import bearer
from tests.support.server_sent import server_sent
from tests.support.tokens import token

SILENCE = 25.0
"""Seconds after which a reader that hears nothing takes its connection for dead: a stream says
something every 15."""

PAUSE = 0.2
"""Seconds between two pages at the end of the log, and before another attempt."""

AWAY = (429, 502, 503, 504)
"""Statuses that say: try again."""


class FeedReader(Subscriber):
    """What both kinds of readers do. They stand still where they would take in something."""

    def __init__(
        self,
        reading: Reading,
        way: Proxy,
        access: tuple[str, tuple[str, ...]],
        recorder: Recorder,
    ) -> None:
        super().__init__(reading.name, way, access, recorder)
        self.reading = reading
        self._bearer = self._token()
        self._after = "0"
        """The place from which it goes on: the id of what it was told last, or a position with the
        log that it belongs to."""
        self._ids: set[str] = set()
        """Of the channels that it has kept since it last began anew."""
        self._is_awake = asyncio.Event()
        self._is_awake.set()
        self._begin(self._after)

    async def run(self) -> None:
        timeout = httpx.Timeout(SILENCE)
        async with httpx.AsyncClient(base_url=self._way.url, timeout=timeout) as http:
            while True:
                try:
                    await self._read(http)
                except httpx.HTTPError as error:
                    self._note(f"no answer: {error!r}")
                    await asyncio.sleep(PAUSE)

    async def has_begun(self) -> bool:
        return self.reading.requests > 0

    async def is_level(self, create: Create) -> bool:
        is_for_it = self.reading.reads_all or create.workspace in self.reading.workspaces
        return create.made["id"] in self._ids or not is_for_it

    async def expire(self, ttl: float, *, is_live: bool) -> None:
        """A request has the token that it came with."""
        self._bearer = self._token(ttl)
        await self.drop()

    def freeze(self) -> None:
        self._is_awake.clear()

    def thaw(self) -> None:
        self._is_awake.set()

    @abstractmethod
    async def _read(self, http: httpx.AsyncClient) -> None:
        """Ask once, and keep what comes of it. Raises httpx.HTTPError."""

    async def _is_answered(self, http: httpx.AsyncClient, answer: httpx.Response) -> bool:
        """Whether it has what was asked for; else what it says is done. Raises httpx.HTTPError."""
        match answer.status_code:
            case 200:
                self.reading.requests += 1
                return True
            case 401:
                self._take_lasting_token()
            case 410:
                await self._begin_anew(http)
            case status if status in AWAY:
                await asyncio.sleep(PAUSE)
            case status:
                self._recorder.surprise(f"{self.name}: {status} after {self._after}")
                await asyncio.sleep(1)
        return False

    def _take_lasting_token(self) -> None:
        self.reading.expiries += 1
        self._bearer = self._token()

    async def _begin_anew(self, http: httpx.AsyncClient) -> None:
        """What is listed beyond the place from which it goes on is told anyway, if the log still
        has it then."""
        self._note(f"begins anew, after {self._after}")
        if self.reading.reads_all:
            self._begin("0")
            return
        lists: list[Listed] = []
        for workspace in self.reading.workspaces:
            upto = lists[-1].position if lists else 0
            lists.append(await read_list(http, self._bearer, workspace, upto))
        if len({listed.log for listed in lists}) > 1:
            raise httpx.RemoteProtocolError("the log is another one by now")
        log, place = lists[0].log, lists[0].position
        channels = [each for listed in lists for each in listed.channels]
        self._begin(f"{log}:{place}", [each for each in channels if each["position"] <= place])

    def _begin(self, after: str, listed: Sequence[Model] = ()) -> None:
        kept = [self._recorder.once(model) for model in listed]
        stretch = Stretch(self._recorder.now, _position(after))
        stretch.kept += sorted(kept, key=lambda model: model["position"])
        self._after, self._ids = after, {model["id"] for model in kept}
        self.reading.stretches.append(stretch)

    def _keep(self, events: Sequence[PublicEvent], after: str) -> None:
        stretch = self.reading.stretches[-1]
        models = [self._recorder.once(event["data"]["channel"]) for event in events]
        stretch.events += events
        stretch.kept += models
        stretch.place, self._after = _position(after), after
        self._ids.update(model["id"] for model in models)

    def _token(self, ttl: float = LASTING) -> str:
        user, workspaces = self._access
        if self.reading.reads_all:
            return token(user, (), ttl=ttl, scope=READ_LOG)
        return token(user, workspaces, ttl=ttl)


class Poller(FeedReader):
    """It asks for page after page."""

    async def _read(self, http: httpx.AsyncClient) -> None:
        query = {"after": self._after, "limit": "1000"}
        answer = await http.get("/log", params=query, headers=bearer(self._bearer))
        await self._is_awake.wait()
        if await self._is_answered(http, answer):
            page = answer.json()
            self._keep(page["events"], f"{page['log']}:{page['position']}")
            if not page["events"]:
                await asyncio.sleep(PAUSE)


class StreamReader(FeedReader):
    """It has one stream after the other."""

    async def _read(self, http: httpx.AsyncClient) -> None:
        headers = {**bearer(self._bearer), "Last-Event-ID": self._after}
        async with http.stream("GET", "/log/stream", headers=headers) as answer:
            if not await self._is_answered(http, answer):
                return
            async for message in server_sent(answer.aiter_bytes()):
                await self._is_awake.wait()
                data = json.loads(message.data)
                if message.event != "end":
                    self._keep([data], message.id)
                    continue
                self._note(f"the stream ends: {data['code']}, after {self._after}")
                if data["code"] == "token_expired":
                    self._take_lasting_token()


def _position(after: str) -> int:
    return int(after.rpartition(":")[2])


READERS: tuple[tuple[str, type[FeedReader], bool], ...] = (
    ("poll", Poller, False),
    ("poll-all", Poller, True),
    ("stream", StreamReader, False),
    ("stream-all", StreamReader, True),
)
"""Their names, kinds, and whether they read the whole log."""


@asynccontextmanager
async def feed_reader(
    network: Network, number: int, access: tuple[str, tuple[str, ...]], recorder: Recorder
) -> AsyncIterator[FeedReader]:
    """The one of a number, an index of READERS."""
    name, kind, reads_all = READERS[number]
    user, workspaces = access
    reading = Reading(f"feed-{name}-{number}", user, workspaces, reads_all)
    recorder.history.readings.append(reading)
    given: Any = (reading, await network.open_way(), access, recorder)
    yield kind(*given)
