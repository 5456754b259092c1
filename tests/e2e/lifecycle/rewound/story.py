"""The story of a log that is rewound: a common past, what is lost, what comes in its place."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any

import httpx

from tests.e2e.lifecycle.rewound.applications import KINDS, Application, applications, list_channels
from tests.support.background import eventually
from tests.support.channels import api

WORKSPACE = "demo"

PAST = ("past 1", "past 2", "past 3")
LOST = ("lost 1", "lost 2", "lost 3")
NEW = ("new 1", "new 2", "new 3", "new 4")
"""One more than is lost: positions beyond the lost ones are given out, too."""


@dataclass
class Story:
    """Who has seen what: all of them the past, and one half what comes after it as well."""

    url: str
    ahead: Sequence[Application]
    """They stay, and hear of what will be lost."""
    behind: Sequence[Application]
    """They leave before it."""
    new: list[Any] = field(default_factory=list)

    async def go_on(self, names: Sequence[str] = LOST) -> None:
        """What comes after the past; those who are there hear of it."""
        channels = await create(self.url, names)
        for each in self.ahead:
            await eventually(partial(_shows, each, channels))

    async def leave(self) -> None:
        """The others leave as well."""
        await _leave(self.ahead)

    async def go_another_way(self, url: str | None = None) -> None:
        """New channels take the places of the lost. `url` is where they are made, if elsewhere."""
        self.new = await create(url or self.url, NEW)

    async def ends_well(self) -> None:
        """Whoever had seen a lost channel is told, nobody else is, and all show what there is."""
        await self._return(self.behind, self.ahead)
        told = {"ahead": _told(self.ahead), "behind": _told(self.behind)}
        assert told == {"ahead": {False}, "behind": {True}}, self._resumed
        channels = await list_channels(self.url, WORKSPACE, upto=self.new[-1]["position"])
        assert [channel["name"] for channel in channels] == [*PAST, *NEW]
        await self._all_show(channels)
        for each in self.ahead:
            assert all(channel in self.new for channel in each.heard)
        for each in self.behind:
            assert each.heard == self.new
        before = {each.successes[0]["log"] for each in self._all}
        after = {each.successes[-1]["log"] for each in self._all}
        assert len(before) == len(after) == 1
        assert before != after

    async def ends_as_if_nothing_was(self) -> None:
        """Whoever comes back hears what they have missed: nothing else has changed."""
        missed = await create(self.url, NEW)
        await self._return(self.behind)
        channels = await list_channels(self.url, WORKSPACE, upto=missed[-1]["position"])
        assert [channel["name"] for channel in channels] == [*PAST, *LOST, *NEW]
        await self._all_show(channels)
        assert _told(self._all) == {True}, self._resumed

    @property
    def is_unnoticed(self) -> bool:
        """Whether those who stayed were told of channels only, and the others of the same log."""
        stayed = all(not each.disconnects and len(each.successes) == 1 for each in self.ahead)
        return stayed and len({told["log"] for each in self._all for told in each.successes}) == 1

    @property
    def _resumed(self) -> dict[str, list[list[bool]]]:
        """By kind: what those who stayed, and those who left, were told."""
        return {
            type(ahead).__name__: [ahead.resumed, behind.resumed]
            for ahead, behind in zip(self.ahead, self.behind, strict=True)
        }

    @property
    def _all(self) -> Sequence[Application]:
        return [*self.ahead, *self.behind]

    async def _return(self, *applications: Sequence[Application]) -> None:
        """Let those who left come back, and wait until all of these have."""
        for each in self._all:
            each.come_back()
        for each in chain(*applications):
            await eventually(each.has_returned)

    async def _all_show(self, channels: Sequence[Any]) -> None:
        for each in self._all:
            await eventually(partial(_shows_only, each, channels))


@asynccontextmanager
async def story(url: str) -> AsyncIterator[Story]:
    """It begins with the past, which all show; then one half of them leave."""
    past = await create(url, PAST)
    async with applications(url, WORKSPACE, [*KINDS, *KINDS]) as all_of_them:
        ahead, behind = all_of_them[: len(KINDS)], all_of_them[len(KINDS) :]
        for each in all_of_them:
            await eventually(partial(_shows_only, each, past))
        await _leave(behind)
        yield Story(url, ahead, behind)


async def _leave(applications: Sequence[Application]) -> None:
    for each in applications:
        each.leave()
        await eventually(partial(_has_left, each))


async def create(url: str, names: Sequence[str], workspace: str = WORKSPACE) -> list[Any]:
    """Create public channels one after another, each asked for until it is answered."""
    return [await _create(url, name, workspace) for name in names]


async def _create(url: str, name: str, workspace: str) -> Any:
    async with api(url, workspace) as http:

        async def answer() -> Any:
            try:
                response = await http.post(
                    "", json={"name": name}, headers={"Idempotency-Key": name}
                )
            except httpx.TransportError:
                return None
            assert response.status_code in (200, 201, 503), response.text
            return None if response.status_code == 503 else response.json()

        return await eventually(answer)


def _told(applications: Sequence[Application]) -> set[bool]:
    """Whether those who came back were told that they have missed nothing."""
    return {recovered for each in applications for recovered in each.resumed}


async def _shows(application: Application, channels: Sequence[Any]) -> bool:
    return all(application.shown.get(channel["id"]) == channel for channel in channels)


async def _shows_only(application: Application, channels: Sequence[Any]) -> bool:
    return application.shown == {channel["id"]: channel for channel in channels}


async def _has_left(application: Application) -> bool:
    return application.disconnects == 1
