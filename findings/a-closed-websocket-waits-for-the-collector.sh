#!/usr/bin/env bash
# A WebSocket connection of websockets that was closed in full is freed by the collector of cycles alone.
#
# Versions: websockets 17.4, wsproto 1.3.2, Python 3.11.
# Guess: both are "sans I/O": an object with buffers and a state, freed with the last reference to it once
#   both sides have said their close frames and the end of the stream was told.
# What happens: wsproto's is. The one of websockets keeps the generator that parses, whose frame keeps
#   the connection, also after it has come to its end, on both sides. `protocol.parser.close()` ends that.
# Why it matters: where thousands of connections end together the collector stops everybody else to find
#   them, and where it is turned off, or the heap is frozen, they stay for ever.
# Seen:
#   websockets   left when closed: server True, client True     after a collection: False, False
#   with close() left when closed: server False, client False   after a collection: False, False
#   wsproto      left when closed: server False, client False   after a collection: False, False
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check websockets==17.4 wsproto==1.3.2
cat > freed.py <<'PY'
import gc
import sys
import weakref

from websockets.client import ClientProtocol
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.uri import parse_uri
from wsproto import ConnectionType, WSConnection
from wsproto.connection import ConnectionState
from wsproto.events import AcceptConnection, CloseConnection, Request, TextMessage

gc.disable()


def hand_over(sender, receiver) -> list:
    for data in sender.data_to_send():
        receiver.receive_data(data) if data else receiver.receive_eof()
    return receiver.events_received()


def with_websockets(*, closes_parser: bool = False):
    server, client = ServerProtocol(), ClientProtocol(parse_uri("ws://localhost/"))
    client.send_request(client.connect())
    (request,) = hand_over(client, server)
    server.send_response(server.accept(request))
    hand_over(server, client)
    client.send_text(b"hello")
    client.send_close(1000)
    hand_over(client, server)
    hand_over(server, client)
    hand_over(client, server)
    assert server.state is client.state is State.CLOSED
    if closes_parser:
        server.parser.close()
        client.parser.close()
    return weakref.ref(server), weakref.ref(client)


def with_wsproto():
    server, client = WSConnection(ConnectionType.SERVER), WSConnection(ConnectionType.CLIENT)
    server.receive_data(client.send(Request(host="localhost", target="/")))
    list(server.events())
    client.receive_data(server.send(AcceptConnection()))
    list(client.events())
    server.receive_data(client.send(TextMessage(data="hello")))
    server.receive_data(client.send(CloseConnection(code=1000)))
    *_, close = server.events()
    client.receive_data(server.send(close.response()))
    list(client.events())
    assert server.state is client.state is ConnectionState.CLOSED
    return weakref.ref(server), weakref.ref(client)


seen = {}
for name, run in {
    "websockets": with_websockets,
    "with close()": lambda: with_websockets(closes_parser=True),
    "wsproto": with_wsproto,
}.items():
    ends = run()
    left = [end() is not None for end in ends]
    gc.collect()
    then = [end() is not None for end in ends]
    seen[name] = left + then
    print(
        f"{name:12} left when closed: server {left[0]}, client {left[1]}"
        f"  after a collection: {then[0]}, {then[1]}"
    )
if seen != {
    "websockets": [True, True, False, False],
    "with close()": [False] * 4,
    "wsproto": [False] * 4,
}:
    sys.exit("changed: other connections are freed, or are left")
PY
venv/bin/python freed.py
