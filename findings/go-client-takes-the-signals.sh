#!/usr/bin/env bash
# A Go program that imports the Socket.IO client does not end when told to; its tests do not show it.
#
# Versions: github.com/zishang520/socket.io/clients/socket/v3 v3.0.6 (clients/engine/v3 v3.0.6), Go 1.26.
# Guess: a program that has not asked for signals ends at SIGTERM, as Go programs do; importing a
#   package changes nothing about it, the less so as long as no client was made.
# What happens: the package's `init` asks for SIGINT, SIGTERM and SIGQUIT, to tell servers that the
#   program leaves, and ends nothing. The first of them is swallowed, Ctrl-C and the stack dump of
#   SIGQUIT with it; the second ends the program. Where the program's name ends in `.test`, as that of
#   every test binary does, the package does not ask.
# Why it matters: a worker that follows a service over sockets gets one SIGTERM from its supervisor
#   and is killed hard when the grace time is over, 30 s in Kubernetes, in the middle of what it does.
#   Who calls `signal.NotifyContext` as a service should does not meet it. A test of it passes, since
#   it is a test.
# Seen:
#   without the import:               ended by the first SIGTERM
#   with the import, nothing called:  alive after the first SIGTERM, ended by the second
#   the same binary, named x.test:    ended by the first SIGTERM
set -euo pipefail
folder=$(mktemp -d)
trap '[[ -z ${program:-} ]] || kill -KILL "$program" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
mkdir plain importing
cat > go.mod <<'MOD'
module finding
go 1.26
require github.com/zishang520/socket.io/clients/socket/v3 v3.0.6
MOD
main='func main() { fmt.Println("up"); time.Sleep(30 * time.Second) }'
printf 'package main\nimport ("fmt"; "time")\n%s\n' "$main" > plain/main.go
printf 'package main\nimport ("fmt"; "time"; _ "%s")\n%s\n' \
  github.com/zishang520/socket.io/clients/socket/v3 "$main" > importing/main.go
{ go mod tidy && go build -o without ./plain && go build -o with ./importing; } > go.log 2>&1 || { cat go.log; exit 1; }
cp with x.test

ends() { # whether the program ends within two seconds
  for _ in {1..20}; do kill -0 "$program" 2>/dev/null || return 0; sleep 0.1; done
  return 1
}
what_happens() {
  ./"$1" > up & program=$!
  for _ in {1..100}; do [[ -s up ]] && break; sleep 0.1; done
  kill -TERM "$program"
  if ends; then echo "ended by the first SIGTERM"
  else
    kill -TERM "$program"
    ends && echo "alive after the first SIGTERM, ended by the second" || echo "alive after two SIGTERM"
  fi
  kill -KILL "$program" 2>/dev/null || true
  rm up
}
without=$(what_happens without) with=$(what_happens with) test=$(what_happens x.test)
echo "without the import:               $without"
echo "with the import, nothing called:  $with"
echo "the same binary, named x.test:    $test"
[[ $without == "ended by the first"* && $with == "alive after the first"*"second" && $test == "ended by the first"* ]] ||
  { echo "changed: the import treats signals otherwise" >&2; exit 1; }
