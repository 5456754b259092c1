"""The application's access tokens: asked for with each connection, and when one is refused."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable

Ask = Callable[[], str | Awaitable[str]]


class Tokens:
    """Asks the application; what that raises goes to whoever needs the token."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.latest: str | None = None
        """The last one that the application has given."""
        self._asking = asyncio.Lock()

    async def current(self) -> str:
        """The latest one."""
        return await self.fresh() if self.latest is None else self.latest

    async def fresh(self) -> str:
        """One that the application gives now, whatever it gave before."""
        async with self._asking:
            asked = self._ask()
            token = await asked if inspect.isawaitable(asked) else asked
            if not isinstance(token, str):
                raise TypeError(f"a token is a str, and no {type(token).__name__}")
            self.latest = token.strip()  # a file ends with a new line
            return self.latest

    async def instead_of(self, refused: str) -> str:
        """One in the place of a token that was refused, of which others may have heard first."""
        latest = await self.current()
        return await self.fresh() if latest == refused else latest
