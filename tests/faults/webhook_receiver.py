"""A subscriber that is sent the log by webhooks: it verifies what comes, and now and then fails,
hangs, hangs up, or has kept an event and says that it has not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from random import Random

import httpx
from standardwebhooks import WebhookVerificationError

from tests.faults.history import Create
from tests.faults.proxy import Proxy
from tests.faults.recorder import Recorder
from tests.faults.retold import RetoldSubscriber
from tests.support.hook_receiver import ACCEPTED, Hook, HookReceiver, Reply, hook_receiver
from tests.support.http import bearer
from tests.support.outputs import OUTPUTS
from tests.support.tokens import token

HANGS = 3.0
"""Seconds that it says nothing, and hangs up then."""

TROUBLES = ("refuse", "keep and refuse", "hang", "keep and hang up")
OFTEN = 0.02
"""How often one of these comes."""


class WebhookReceiver(RetoldSubscriber):
    """What it has kept, or knows, it keeps no second time."""

    def __init__(self, way: Proxy, receiver: HookReceiver, recorder: Recorder, seed: int) -> None:
        super().__init__("webhook", way, recorder)
        self._random = Random(seed)
        self._secret = ""
        self._registered = ""
        """The URL of its registration."""
        self._is_awake = asyncio.Event()
        self._is_awake.set()
        receiver.reply = self._reply

    async def register(self, url: str) -> None:
        """Have all of the log sent to it, from the beginning."""
        body = {"url": f"{self._way.url}/hooks", "after": 0}
        answer = await self._ask("POST", f"{url}/webhooks", body)
        added = answer.raise_for_status().json()
        self._secret = OUTPUTS.must_not_show(added["secret"])
        self._registered = f"{url}/webhooks/{added['id']}"

    async def is_level(self, create: Create) -> bool:
        """Other channels may overtake one that it has refused: the service says whether all is
        delivered."""
        if not await super().is_level(create):
            return False
        with suppress(httpx.HTTPError):
            answer = await self._ask("GET", self._registered)
            return bool(answer.raise_for_status().json()["position"] >= create.made["position"])
        return False

    async def run(self) -> None:
        """It is sent what there is."""
        await asyncio.Event().wait()

    async def has_begun(self) -> bool:
        """An empty log is sent to nobody."""
        return bool(self._secret)

    def freeze(self) -> None:
        self._is_awake.clear()

    def thaw(self) -> None:
        self._is_awake.set()

    async def _ask(self, method: str, url: str, body: object = None) -> httpx.Response:
        access = token("an operator", (), scope="kanal:operate")
        async with httpx.AsyncClient(verify=False) as http:
            return await http.request(method, url, json=body, headers=bearer(access))

    def _reply(self, hook: Hook) -> Reply:
        if not self._is_awake.is_set():
            return self._wake_up
        try:
            hook.verify(self._secret)
        except WebhookVerificationError as error:
            self._recorder.surprise(f"{self.name}: a webhook that is not signed so: {error}")
            return 400, {}
        trouble = self._random.choice(TROUBLES) if self._random.random() < OFTEN else None
        if trouble in (None, "keep and refuse", "keep and hang up"):
            self._take_in(hook)
        match trouble:
            case "refuse":
                return self._random.choice([(500, {}), (302, {"Location": "/"}), (429, {})])
            case "keep and refuse":
                return 503, {"Retry-After": "1"}
            case "hang":
                return _hang
            case "keep and hang up":
                return _hang_up
        return ACCEPTED

    def _take_in(self, hook: Hook) -> None:
        self.reading.requests += 1
        event = hook.event
        if hook.headers["webhook-id"] != event["id"]:
            self._recorder.surprise(f"{self.name}: {hook.headers['webhook-id']} for {event['id']}")
        if event["type"] == "log.rewound":
            self._drop_beyond(event["data"]["position"])
        else:
            self._keep(event)

    async def _wake_up(self, _: asyncio.StreamWriter) -> None:
        await self._is_awake.wait()


async def _hang(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(HANGS)


async def _hang_up(_: asyncio.StreamWriter) -> None:
    """The connection is reset."""


@asynccontextmanager
async def webhook_receiver(
    url: str, recorder: Recorder, seed: int
) -> AsyncIterator[WebhookReceiver]:
    """One that is registered at a node, and reached over a way of its own."""
    async with hook_receiver() as receiver:
        port = int(receiver.url.split(":")[2].partition("/")[0])

        async def dial() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
            return await asyncio.open_connection("127.0.0.1", port)

        async with Proxy(dial) as way:
            one = WebhookReceiver(way, receiver, recorder, seed)
            await one.register(url)
            try:
                yield one
            finally:
                one.close()
