"""What transport/ overrides or reaches into in python-engineio, python-socketio and Sanic is there.

None of it is public. Each test names what an upgrade of theirs has moved.
"""

import asyncio
import inspect
import socket
from typing import Any

import engineio
import pytest
import socketio
from engineio import packet as eio_packet
from engineio.async_socket import AsyncSocket
from engineio.exceptions import QueueEmpty
from engineio.payload import Payload
from sanic import Sanic
from sanic.http import Http
from sanic.server.protocols.http_protocol import HttpProtocol
from sanic.server.protocols.websocket_protocol import WebSocketProtocol
from websockets.frames import Frame, Opcode
from websockets.protocol import State
from websockets.server import ServerProtocol

from transport.socketio.clients import Clients
from transport.socketio.connection import Connection
from transport.socketio.engine import EngineServer
from transport.socketio.engine_requests import EngineRequests
from transport.socketio.packets import MAX_MESSAGE_SIZE
from transport.socketio.server import SocketServer

METHODS = [
    (engineio.AsyncServer, "handle_request", ["args", "kwargs"]),
    (engineio.AsyncServer, "disconnect", ["sid"]),
    (engineio.AsyncServer, "_log_error_once", ["message", "message_key"]),
    (engineio.AsyncServer, "_handle_connect", ["environ", "transport", "jsonp_index"]),
    (engineio.AsyncServer, "_trigger_event", ["event", "args", "kwargs"]),
    (engineio.AsyncServer, "_make_response", ["response_dict", "environ"]),
    (engineio.AsyncServer, "_gzip", ["response"]),
    (engineio.AsyncServer, "_deflate", ["response"]),
    (engineio.AsyncServer, "_bad_request", ["message"]),
    (engineio.AsyncServer, "_cors_allowed_origins", ["environ"]),
    (engineio.AsyncServer, "_cors_headers", ["environ"]),
    (engineio.AsyncServer, "generate_id", []),
    (engineio.AsyncServer, "_upgrades", ["sid", "transport"]),
    (engineio.AsyncServer, "_ok", ["packets", "headers", "jsonp_index"]),
    (AsyncSocket, "close", ["wait", "abort", "reason"]),
    (AsyncSocket, "poll", []),
    (AsyncSocket, "receive", ["pkt"]),
    (AsyncSocket, "send", ["pkt"]),
    (AsyncSocket, "schedule_ping", []),
    (AsyncSocket, "_upgrade_websocket", ["environ"]),
    (socketio.AsyncServer, "_engineio_server_class", []),
    (socketio.AsyncServer, "_handle_eio_connect", ["eio_sid", "environ"]),
    (socketio.AsyncServer, "_handle_eio_disconnect", ["eio_sid", "reason"]),
    (socketio.AsyncServer, "_handle_eio_message", ["eio_sid", "data"]),
    (socketio.AsyncServer, "_handle_connect", ["eio_sid", "namespace", "data"]),
    (socketio.AsyncServer, "_handle_event", ["eio_sid", "namespace", "id", "data"]),
    (
        socketio.AsyncServer,
        "_handle_event_internal",
        ["server", "sid", "eio_sid", "data", "namespace", "id"],
    ),
    (socketio.AsyncManager, "pre_connect", ["eio_sid", "namespace"]),
    (socketio.AsyncManager, "basic_enter_room", ["sid", "namespace", "room", "eio_sid"]),
    (socketio.AsyncManager, "basic_leave_room", ["sid", "namespace", "room"]),
    (socketio.AsyncManager, "basic_disconnect", ["sid", "namespace", "kwargs"]),
    (socketio.AsyncManager, "eio_sid_from_sid", ["sid", "namespace"]),
    (socketio.AsyncManager, "sid_from_eio_sid", ["eio_sid", "namespace"]),
]


@pytest.mark.parametrize(
    ("owner", "name", "parameters"), METHODS, ids=[f"{o.__name__}.{n}" for o, n, _ in METHODS]
)
def test_a_method_that_is_overridden_or_called_has_its_signature(
    owner: type, name: str, parameters: list[str]
) -> None:
    where = f"{owner.__module__}.{owner.__qualname__}.{name}"
    method = getattr(owner, name, None)
    assert method is not None, f"{where} is gone"
    found = [parameter for parameter in inspect.signature(method).parameters if parameter != "self"]
    assert found == parameters, f"{where} takes {found} now, not {parameters}"


OVERRIDDEN = {
    EngineServer: engineio.AsyncServer,
    EngineRequests: engineio.AsyncServer,
    SocketServer: socketio.AsyncServer,
    Clients: socketio.AsyncManager,
    Connection: AsyncSocket,
}


@pytest.mark.parametrize(("ours", "theirs"), OVERRIDDEN.items())
def test_what_overrides_a_coroutine_is_one(ours: type, theirs: type) -> None:
    names = [name for owner, name, _ in METHODS if owner is theirs and name in vars(ours)]
    assert names
    for name in names:
        kinds = [inspect.iscoroutinefunction(getattr(owner, name)) for owner in (ours, theirs)]
        assert kinds[0] == kinds[1], f"{theirs.__qualname__}.{name} has changed its kind"


def engine() -> Any:
    return engineio.AsyncServer(async_mode="sanic")


def test_the_driver_is_a_mapping_of_the_server() -> None:
    for name in ("translate_request", "websocket"):
        assert name in engine()._async, f"engineio's driver has no {name!r} any more"


def test_what_the_server_answers_is_a_mapping() -> None:
    for answer in (engine()._ok(), engine()._ok([]), engine()._bad_request()):
        assert answer.keys() == {"status", "headers", "response"}
        assert answer["status"].partition(" ")[0] in ("200", "400")
        assert isinstance(answer["response"], bytes)
    assert set(engine().compression_methods) == {"gzip", "deflate"}


def test_the_servers_know_their_sockets_and_half_received_events() -> None:
    assert engine().sockets == {}, "engineio's server keeps its sockets elsewhere"
    server = socketio.AsyncServer(async_mode="sanic")
    assert server._binary_packet == {}, "socketio's server keeps unfinished packets elsewhere"
    assert isinstance(server.eio, engineio.AsyncServer)


async def test_a_socket_tells_its_state_and_has_the_queue_of_its_server() -> None:
    server, queue = engine(), object()
    server.create_queue = lambda: queue
    socket = AsyncSocket(server, "sid")
    for name in ("connected", "upgrading", "upgraded", "closing", "closed"):
        assert getattr(socket, name) is False, f"engineio's socket has no {name!r} any more"
    assert socket.queue is queue, "engineio's socket queues elsewhere"


async def test_a_polling_request_is_answered_with_what_poll_returns() -> None:
    packets = [eio_packet.Packet(eio_packet.MESSAGE, "1")]

    class Polled(AsyncSocket):
        async def poll(self) -> Any:
            return packets

    assert await Polled(engine(), "sid").handle_get_request({}) == packets


async def test_a_poll_that_comes_to_nothing_ends_the_connection() -> None:
    class Unpolled(AsyncSocket):
        async def poll(self) -> Any:
            raise QueueEmpty

    socket = Unpolled(engine(), "sid")
    with pytest.raises(QueueEmpty):
        await socket.handle_get_request({})
    assert socket.closed


def test_the_reasons_of_a_disconnect_have_their_names() -> None:
    for reason in ("CLIENT_DISCONNECT", "TRANSPORT_CLOSE"):
        assert hasattr(socketio.AsyncServer.reason, reason), f"{reason} is gone"
        assert hasattr(engineio.AsyncServer.reason, reason), f"{reason} is gone"


def test_a_payload_is_bounded_by_its_size_alone() -> None:
    assert Payload.max_decode_packets == MAX_MESSAGE_SIZE
    packets = Payload(encoded_payload="\x1e".join("6" * 10_000)).packets
    assert len(packets) == 10_000, "Payload.max_decode_packets is not heeded"


def test_the_packet_types_end_with_noop() -> None:
    assert len(eio_packet.packet_names) == eio_packet.NOOP + 1, "there is a new packet type"


@pytest.mark.parametrize("manager", [socketio.AsyncManager, Clients])
async def test_the_account_of_clients_is_kept_as_python_socketio_keeps_it(manager: Any) -> None:
    clients = socketio.AsyncServer(async_mode="sanic", client_manager=manager()).manager
    first, second = await _enter(clients, "a"), await _enter(clients, "b")
    assert await clients.pre_connect("a", "/") is None, "a connection has one client"
    assert clients.is_connected(first, "/") and clients.is_connected(second, "/")
    assert clients.sid_from_eio_sid("a", "/") == first
    assert clients.eio_sid_from_sid(second, "/") == "b"
    clients.pre_disconnect(first, "/")
    assert not clients.is_connected(first, "/")
    await clients.disconnect(first, "/", ignore_queue=True)
    assert clients.sid_from_eio_sid("a", "/") is None
    assert clients.is_connected(second, "/")
    await clients.disconnect(second, "/", ignore_queue=True)
    assert not (clients.rooms or clients.pending_connect or clients.pending_disconnect)


async def test_a_client_leaves_without_a_look_at_the_others() -> None:
    clients = socketio.AsyncServer(async_mode="sanic", client_manager=Clients()).manager
    sids = [await _enter(clients, f"connection {number}") for number in range(3)]
    clients.rooms["/"] = _Unlisted(clients.rooms["/"])
    for sid in sids[:2]:
        await clients.disconnect(sid, "/", ignore_queue=True)
    assert list(clients.rooms["/"][None]) == sids[2:]


async def _enter(clients: Any, eio_sid: str) -> str:
    sid: str = (
        clients.enter(eio_sid)
        if isinstance(clients, Clients)
        else await clients.connect(eio_sid, "/")
    )
    return sid


class _Unlisted(dict[Any, Any]):
    """Rooms that can be looked up, and not gone through."""

    def items(self) -> Any:
        raise AssertionError("the rooms were looked through")

    copy = items


async def test_a_socket_sends_by_putting_into_its_queue_whatever_that_is() -> None:
    put = []

    class Line:
        async def put(self, packet: Any) -> None:
            put.append(packet)

    socket = AsyncSocket(engine(), "sid")
    socket.last_ping = None
    socket.queue = Line()
    packet = eio_packet.Packet(eio_packet.MESSAGE, "1")
    await socket.send(packet)
    assert put == [packet], "engineio's socket sends past its queue"


async def test_a_protocol_of_sanic_lets_go_of_its_transport() -> None:
    loop, connections = asyncio.get_running_loop(), set[Any]()
    app: Any = Sanic("seams")
    protocol: Any = WebSocketProtocol(
        loop=loop, app=app, connections=connections, request_handler=None, request_class=None
    )
    assert protocol.connections is connections, "Sanic's protocols keep other connections"
    assert "recv_buffer" in HttpProtocol.__slots__, "what was received is kept elsewhere"
    assert protocol._callback_check_timeouts is None, "Sanic's timer is kept elsewhere"
    assert "response_func" in Http.__slots__, "Sanic's connection keeps its method elsewhere"
    ours, theirs = socket.socketpair()
    with theirs:
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
        protocol.transport = transport
        protocol.transport = None
        protocol.close()
        assert not transport.is_closing(), "Sanic's protocol closes a transport that it let go of"
        transport.abort()


def test_websockets_protocol_answers_and_tells_what_came() -> None:
    protocol = ServerProtocol(state=State.OPEN)
    protocol.receive_data(Frame(Opcode.PING, b"?").serialize(mask=True))
    protocol.receive_data(Frame(Opcode.TEXT, b"!").serialize(mask=True))
    kinds = [event.opcode for event in protocol.events_received() if isinstance(event, Frame)]
    assert kinds == [Opcode.PING, Opcode.TEXT]
    assert protocol.data_to_send() == [Frame(Opcode.PONG, b"?").serialize(mask=False)]
    protocol.receive_data(Frame(Opcode.CLOSE, b"").serialize(mask=True))
    assert protocol.state is State.CLOSING
    assert protocol.data_to_send()[-1] == b"", "the end of the transport is told otherwise"
    protocol.parser.close()
    assert inspect.getgeneratorstate(protocol.parser) == inspect.GEN_CLOSED, (
        "what parses is no generator"
    )
