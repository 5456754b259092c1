#!/usr/bin/env bash
# uvloop looks up two names at a time, whatever waited for them gives up; asyncio has more threads for it.
#
# Versions: uvloop 0.23.0 (libuv), on CPython 3.11.
# Guess: `asyncio.wait_for(loop.getaddrinfo(...), 0.5)` costs half a second and nothing more, as with asyncio's own loop.
# What happens: libuv lets lookups have half of its four threads (UV_THREADPOOL_SIZE), and uvloop does not cancel one
#   that was given up. While two names wait for a nameserver that does not answer, which takes the system's resolver
#   up to half a minute, every other name waits behind them, `localhost` as well.
# Why it matters: where one dependency's nameserver hangs, connections to all others that go by name fail too.
# Seen (a resolver that takes 6 s to fail for one name, stood in for by a library before the system's own):
#   loop     given up   localhost found after
#   asyncio  2          0 s
#   uvloop   1          0 s
#   uvloop   2          5 s
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv .
bin/pip install --quiet --disable-pip-version-check uvloop==0.23.0
cat > slow.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <string.h>
#include <unistd.h>

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    if (node && !strncmp(node, "silent", 6)) {
        sleep(6);
        return EAI_AGAIN;
    }
    int (*next)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = dlsym(RTLD_NEXT, "getaddrinfo");
    return next(node, service, hints, found);
}
C
cc -shared -fPIC -o slow.so slow.c -ldl
cat > lookups.py <<'PY'
import asyncio
import contextlib
import os
import sys
import time

import uvloop


async def seconds(given_up):
    loop = asyncio.get_running_loop()
    asked = [asyncio.create_task(asyncio.wait_for(loop.getaddrinfo(f"silent-{number}.example", 80), 0.5)) for number in range(given_up)]
    for each in asked:
        with contextlib.suppress(TimeoutError):
            await each
    begin = time.monotonic()
    await loop.getaddrinfo("localhost", 80)
    return int(time.monotonic() - begin)


print("loop     given up   localhost found after", flush=True)
seen = []
for name, new_loop, given_up in (("asyncio", asyncio.new_event_loop, 2), ("uvloop", uvloop.new_event_loop, 1), ("uvloop", uvloop.new_event_loop, 2)):
    seen.append(new_loop().run_until_complete(seconds(given_up)))
    print(f"{name:8} {given_up:<10} {seen[-1]} s", flush=True)
    time.sleep(6)  # until those threads are free again
if seen[:2] != [0, 0] or seen[2] < 3:
    print("changed: lookups that were given up hold up others elsewhere", file=sys.stderr)
os._exit(int(seen[:2] != [0, 0] or seen[2] < 3))  # no loop is left to be waited for
PY
LD_PRELOAD=$PWD/slow.so timeout 60 bin/python lookups.py
