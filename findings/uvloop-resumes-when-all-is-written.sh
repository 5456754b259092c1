#!/usr/bin/env bash
# Under uvloop a writer goes on when its buffer is empty, not when it is at the low-water mark.
#
# Versions: uvloop 0.23.0, CPython 3.11's asyncio.
# Guess: uvloop's transports are asyncio's, only quicker: resume_writing() comes once the buffer has
#   fallen to the low-water mark, a quarter of the high one: 16 KiB of 64 by default.
# What happens: both show the buffer shrink while a reader takes it bit by bit. asyncio resumes at the
#   mark. uvloop resumes at 0, whatever the mark is: what was written in one turn of the loop is one
#   request to libuv, and it looks at the mark when that has ended. The default mark is another one
#   besides: get_write_buffer_limits() answers (16, 65536), bytes both, until limits are set.
# Why it matters: a sender that waits for resume_writing() (or StreamWriter.drain()) leaves the line
#   idle from the last byte on until its next one is written, where the mark was to prevent just that.
#   Write in pieces that are small beside the limit, or look at get_write_buffer_size() oneself.
# Seen: asyncio resumes above 0 and at most at 16384; uvloop at 0, with default and with set limits
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check uvloop==0.23.0
cat > buffers.py <<'PY'
import asyncio
import socket

import uvloop

TOTAL = 100_000


class Writer(asyncio.Protocol):
    resumed_at = None

    def connection_made(self, transport):
        self.transport = transport

    def resume_writing(self):
        if self.resumed_at is None:
            self.resumed_at = self.transport.get_write_buffer_size()


async def look(high):
    """Fill a buffer in one turn, read it bit by bit; the limits, the sizes seen, where it resumed."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect(server.getsockname())
        accepted, _ = server.accept()
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        reader.setblocking(False)
        loop = asyncio.get_running_loop()
        transport, writer = await loop.create_connection(Writer, sock=accepted)
        if high is not None:
            transport.set_write_buffer_limits(high=high)
        while transport.get_write_buffer_size() < TOTAL:
            transport.write(b"x" * 1000)
        sizes = set()
        async with asyncio.timeout(30):
            while writer.resumed_at is None:
                await asyncio.sleep(0)
                if size := transport.get_write_buffer_size():
                    sizes.add(size)
                try:
                    reader.recv(2000)
                except BlockingIOError:
                    pass
        limits = transport.get_write_buffer_limits()
        transport.abort()
        return limits, len(sizes), writer.resumed_at


for name, run in {"asyncio": asyncio.run, "uvloop": uvloop.run}.items():
    for high in (None, 65_536):
        limits, sizes, resumed_at = run(look(high))
        print(f"{name:8} limits {limits!s:16} sizes on the way down {sizes:3}  resumed at {resumed_at}")
        if name == "asyncio":
            assert limits == (16_384, 65_536) and sizes > 10 and 0 < resumed_at <= 16_384
        else:
            assert limits == ((16, 65_536) if high is None else (16_384, 65_536))
            assert sizes > 10 and resumed_at == 0
PY
venv/bin/python buffers.py
