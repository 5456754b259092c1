"""Subscribers that are kanal-clients, as an application has them: what they saw is their states."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.faults.history import Create, Model, Shown, Sight
from tests.faults.network import Network
from tests.faults.recorder import Recorder
from tests.faults.subscribers import LASTING, ProcessSubscriber
from tests.support.clients import Heard
from tests.support.kanal_client import LANGUAGES, TRANSPORTS, kanal_process, said_of
from tests.support.tokens import token


class KanalClient(ProcessSubscriber):
    """It knows by itself where it was, what it missed and when its token has run out."""

    def __init__(self, sight: Sight, *given: Any) -> None:
        super().__init__(sight.name, *given)
        self.sight = sight
        self._shown: list[Model] = []
        """The channels that it shows now."""
        self._ids: set[str] = set()
        """Theirs."""

    async def has_begun(self) -> bool:
        return self.sight.is_live

    async def is_level(self, create: Create) -> bool:
        is_for_it = create.workspace == self.sight.workspace
        return self.sight.is_live and (create.made["id"] in self._ids or not is_for_it)

    async def expire(self, ttl: float, *, is_live: bool) -> None:
        """It asks for a token when it connects, and when it is told that it has run out."""
        self._client.command(op="tokens", tokens=[self._token(ttl), self._token()])
        await self.drop()

    async def _take_in(self, heard: Heard) -> None:
        if heard.kind != "state":
            return
        said = heard.args[0]
        rest = [self._recorder.once(model) for model in said_of(self._shown, said)]
        self._ids.difference_update(model["id"] for model in self._shown[said["kept"] :])
        self._ids.update(model["id"] for model in rest)
        self._shown[said["kept"] :] = rest
        status, position = said["status"], said["position"]
        if not self.sight.states or self.sight.states[-1].status != status:
            reason = f" ({said['reason']})" if said["reason"] else ""
            self._note(f"{status}{reason} at position {position}, {len(self._shown)} channels")
        self.sight.states.append(
            Shown(self._recorder.now, status, position, said["log"], said["kept"], rest)
        )


@asynccontextmanager
async def kanal_client(
    network: Network, number: int, access: tuple[str, tuple[str, ...]], recorder: Recorder
) -> AsyncIterator[KanalClient]:
    """The one of a number, with access to one workspace or more, of which it shows one: each
    language over each transport, in turn."""
    user, workspaces = access
    language = LANGUAGES[number % len(LANGUAGES)]
    kind = list(TRANSPORTS)[number // len(LANGUAGES) % len(TRANSPORTS)]
    workspace = workspaces[number // len(TRANSPORTS) % len(workspaces)]
    sight = Sight(f"kanal-{language}-{kind}-{number}", user, workspace)
    recorder.history.sights.append(sight)
    way = await network.open_way()
    tokens = [token(user, workspaces, ttl=LASTING)]
    process = kanal_process(
        language, way.url, workspace, tokens=tokens, transports=TRANSPORTS[kind]
    )
    async with process as client:
        one = KanalClient(sight, client, way, access, recorder)
        try:
            yield one
        finally:
            one.thaw()
