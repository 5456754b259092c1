"""A lease is kept by who renews it, and lost by who stands still."""

import asyncpg
import pytest

from domain.errors import Unavailable
from persistence.read_models import lease
from persistence.read_models.lease import held
from persistence.read_models.models import try_lock
from tests.support.background import eventually
from tests.support.node import Node

SHORT = 0.4


@pytest.fixture(autouse=True)
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "LEASE", SHORT)
    monkeypatch.setattr(lease, "RENEWAL_INTERVAL", SHORT / 8)


async def test_who_renews_a_lease_keeps_it(node: Node, admin: asyncpg.Connection) -> None:
    async with node.database.dedicated() as connection:
        assert await try_lock(connection, "model")
        async with held(connection):

            async def has_outlived_it() -> bool:
                lived: float = await admin.fetchval(
                    "SELECT extract(epoch FROM query_start - backend_start)::float8"
                    " FROM pg_stat_activity WHERE pid = $1",
                    connection.process,
                )
                return lived > 3 * SHORT

            await eventually(has_outlived_it)
            assert not await try_lock(admin, "model")


async def test_who_stands_still_loses_it_and_can_write_no_more(
    node: Node, admin: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "RENEWAL_INTERVAL", 3600.0)
    with pytest.raises(Unavailable):
        async with node.database.dedicated() as connection:
            assert await try_lock(connection, "model")
            async with held(connection) as holder, holder.connection() as writing:
                await writing.execute("BEGIN")
                await writing.execute("UPDATE log_head SET position = position")
                await eventually(lambda: try_lock(admin, "model"))
                await writing.execute("COMMIT")
