"""What operators ask of a service, and a service in which something has happened to ask about."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.http import bearer
from tests.support.revoking import operator


class Operator:
    """An operator at one node."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def get(self, path: str, **query: Any) -> Any:
        """The answer to a GET below `/operator`, once no node is silent that it is about: a busy
        one may be so for a moment."""

        async def heard_of_all() -> Any:
            answer = await self.ask(path, **query)
            return [answer] if not answer.get("silent") else None

        (answer,) = await eventually(heard_of_all)
        return answer

    async def ask(self, path: str, **query: Any) -> Any:
        """The answer to a GET below `/operator` as it is, whoever is silent."""
        response = await self.http.get(f"/operator{path}", params=query)
        assert response.status_code == 200, response.text
        assert response.headers["Cache-Control"] == "no-store"
        return response.json()

    async def about(self, position: int, user: str) -> Any:
        """What an event was to one user."""
        answer = await self.get(f"/log/{position}", user=user)
        (concerned,) = answer["concerned"]
        assert concerned["userId"] == user
        return concerned

    async def connections_of(self, user: str, count: int) -> list[Any]:
        """The open connections of a user, once there are so many."""

        async def found() -> list[Any] | None:
            page = await self.get("/connections", user=user)
            is_all = len(page["connections"]) == count
            return [page["connections"]] if is_all else None

        answer = await eventually(found)
        assert answer is not None
        return list(answer[0])

    async def replayed(self, name: str) -> Any:
        """The latest replay of a projection, once it has ended."""

        async def ended() -> Any:
            replay = (await self.get(f"/projections/{name}"))["replay"]
            return replay if replay["state"] not in ("starting", "running") else None

        return await eventually(ended)


@asynccontextmanager
async def operating(url: str) -> AsyncIterator[Operator]:
    """An operator at the node at that URL."""
    async with httpx.AsyncClient(
        base_url=url, headers=bearer(operator()), timeout=PATIENCE, verify=False
    ) as http:
        yield Operator(http)
