"""The writers: create channels over HTTP; they ask again with the same key until answered."""

import asyncio
import time
from collections.abc import Sequence
from itertools import chain
from random import Random

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random

from tests.faults.history import Create, Failure
from tests.faults.recorder import Recorder
from tests.faults.rewinds import LostModels
from tests.support.tokens import token

LONGEST_ANSWER = 10.0
"""Seconds after which a writer takes a request for unanswered."""

LONGEST_PAUSE = 0.2
"""Seconds between two bursts of creates."""

BURST = 0.8
"""How often a create follows the one before without a pause."""

PATIENCE = 40
"""Attempts at one create until the writer gives up for good."""

LONGEST_DESCRIPTION = 2_000


class Unanswered(Exception):
    """The service was not there, or said 503: whether the channel is created is not known."""


def _is_ours(response: httpx.Response) -> bool:
    """Whether it is an answer of the service, and not of a proxy that got none."""
    return "json" in response.headers.get("Content-Type", "")


class Writer:
    """One user who creates channels, at one URL or another; what it wants is chosen by its own
    seeded random."""

    def __init__(
        self,
        user: str,
        workspaces: Sequence[str],
        urls: Sequence[str],
        recorder: Recorder,
        seed: str,
    ) -> None:
        self._user = user
        self._workspaces = workspaces
        self._urls = urls
        self._recorder = recorder
        self._random = Random(seed)
        self._creates: list[Create] = []

    async def run(self, stopped: asyncio.Event) -> None:
        """Create channels until stopped; leave some of those that got no answer for later."""
        async with self._client() as http:
            while not stopped.is_set():
                create = self._next()
                attempts = PATIENCE if self._random.random() < 0.5 else 1
                try:
                    await self._ask_until_answered(http, create, attempts)
                except Unanswered:
                    create.was_left = True
                if self._random.random() > BURST:
                    await asyncio.sleep(self._random.uniform(0, LONGEST_PAUSE))

    async def settle(self) -> None:
        """Ask again for all that got no answer, and for what was lost by the database, with the
        keys that they had. Where there is no answer to one, the rest is not asked for."""
        models = LostModels(self._recorder.history)
        unanswered = [create for create in self._creates if create.model is None]
        for create in unanswered:
            create.is_settled_late = True
        lost = [create for create in self._creates if models.has_lost(create)]
        async with self._client() as http:
            try:
                for create in chain(unanswered, map(self._anew, lost)):
                    await self._ask_until_answered(http, create, PATIENCE)
            except Unanswered:
                self._recorder.note(self._user, f"no answer for {create.key}")

    async def create_one(self, workspace: str) -> Create:
        """One public channel. Raises Unanswered in the end."""
        create = self._add(workspace, is_private=False)
        async with self._client() as http:
            await self._ask_until_answered(http, create, PATIENCE)
        return create

    def _next(self) -> Create:
        workspace = self._random.choice(self._workspaces)
        return self._add(workspace, is_private=self._random.random() < 0.25)

    def _add(self, workspace: str, *, is_private: bool) -> Create:
        key = f"{self._user}-{len(self._creates)}"
        length = self._random.choice((0, 0, LONGEST_DESCRIPTION))
        description = "x" * length or None
        return self._keep(
            Create(key, self._user, workspace, f"channel {key}", description, is_private)
        )

    def _anew(self, lost: Create) -> Create:
        """A create that got no answer, asked for once more."""
        asked = (lost.key, lost.user, lost.workspace, lost.name, lost.description, lost.is_private)
        return self._keep(Create(*asked, is_anew=True))

    def _keep(self, create: Create) -> Create:
        self._creates.append(create)
        self._recorder.history.creates.append(create)
        return create

    async def _ask_until_answered(
        self, http: httpx.AsyncClient, create: Create, attempts: int
    ) -> None:
        """Raises Unanswered after so many attempts."""
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(Unanswered),
            wait=wait_random(0.05, 0.5),
            stop=stop_after_attempt(attempts),
            reraise=True,
        ):
            with attempt:
                await self._ask(http, create)

    async def _ask(self, http: httpx.AsyncClient, create: Create) -> None:
        create.attempts += 1
        body = {
            "name": create.name,
            "description": create.description,
            "isPrivate": create.is_private,
        }
        begin = time.monotonic()
        create.node, create.asked_at = self._random.choice(self._urls), self._recorder.now
        try:
            response = await http.post(
                f"{create.node}/workspaces/{create.workspace}/channels",
                json=body,
                headers={"Idempotency-Key": create.key},
            )
        except httpx.TransportError as error:
            self._failed(create, repr(error))
            raise Unanswered from error
        if response.status_code in (502, 503, 504) and not _is_ours(response):
            self._failed(create, f"{response.status_code} of a proxy")
            raise Unanswered
        if response.status_code == 503:
            self._failed(create, "503")
            self._recorder.history.refusals.append(time.monotonic() - begin)
            if not response.headers.get("Retry-After", "").isdigit():
                self._recorder.surprise(f"503 without Retry-After for {create.key}")
            raise Unanswered
        if response.status_code not in (200, 201):
            answer = f"{response.status_code} {response.text}"
            self._recorder.surprise(f"attempt {create.attempts} at {create.key}: {answer}")
            raise Unanswered
        create.status = response.status_code
        create.model = response.json()
        create.answered_at = self._recorder.now

    def _failed(self, create: Create, why: str) -> None:
        assert create.node is not None
        assert create.asked_at is not None
        self._recorder.history.failures.append(
            Failure(create.key, create.node, create.asked_at, why)
        )

    def _client(self) -> httpx.AsyncClient:
        access = token(self._user, tuple(self._workspaces), ttl=86_400)
        return httpx.AsyncClient(
            headers={"Authorization": f"Bearer {access}"},
            timeout=LONGEST_ANSWER,
        )
