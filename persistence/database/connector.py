"""The connector: makes connections that are fit for use, at the first host of the URL that works.
The pool takes its connections from here, and so does whoever needs one of their own."""

from collections.abc import Awaitable, Callable
from typing import Any

from persistence.database.availability import refusal_is_not_ready
from persistence.database.hosts import Host, Hosts
from persistence.database.pooling import check_pooling
from persistence.database.session_settings import Session, connect, prepare
from persistence.database.time_budget import STATEMENT_TIMEOUT


class Connector:
    """Connects to one database; every method raises what `Hosts.connect` does."""

    def __init__(
        self,
        dsn: str,
        *,
        application_name: str,
        check: Callable[[Session], Awaitable[None]],
        is_read_only: bool = False,
        timeout: float = STATEMENT_TIMEOUT,
    ) -> None:
        """`check` is asked of each connection once the schema is there, and may refuse it. One that
        is read only may lead to a standby. `timeout` is for connecting, and for each statement."""
        self._dsn = dsn
        self._hosts = Hosts(dsn)
        self._application_name = application_name
        self._check = check
        self._is_read_only = is_read_only
        self._timeout = timeout

    async def first(self) -> Session:
        """The connection with which a database is opened: behind it is no pooler that takes
        sessions away. It is not checked, since there may be no schema yet."""

        async def attempt(host: Host, within: float) -> Session:
            async def connect_without_cache() -> Session:
                return await self._connect(host, within, statement_cache_size=0)

            connection = await connect_without_cache()
            try:
                await check_pooling(connection, connect_without_cache, within=STATEMENT_TIMEOUT)
                await self._prepare(connection, within)
            except BaseException:
                connection.terminate()
                raise
            return connection

        return await self._hosts.connect(attempt, within=STATEMENT_TIMEOUT)

    async def session(self, *, is_patient: bool = False) -> Session:
        """A connection that was prepared and checked. A patient one waits for an answer as long as
        it takes."""

        async def attempt(host: Host, within: float) -> Session:
            with refusal_is_not_ready():
                connection = await self._connect(host, within, is_patient=is_patient)
                try:
                    await self._prepare(connection, within)
                    await self._check(connection)
                except BaseException:
                    connection.terminate()
                    raise
            return connection

        return await self._hosts.connect(attempt, within=self._timeout)

    async def _prepare(self, connection: Session, within: float) -> None:
        await prepare(
            connection,
            application_name=self._application_name,
            within=within,
            is_read_only=self._is_read_only,
        )

    async def _connect(
        self, host: Host, within: float, *, is_patient: bool = False, **options: Any
    ) -> Session:
        timeout = None if is_patient else self._timeout
        return await connect(
            self._dsn, timeout=within, command_timeout=timeout, **host.options, **options
        )
