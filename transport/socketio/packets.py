"""Packets: parsing those that came, encoding those that are sent.

A packet is Engine.IO's (protocol 4); where it is a message, it holds one of Socket.IO's (protocol
5): 0 CONNECT, 1 DISCONNECT, 2 EVENT, 3 ACK, 4 CONNECT_ERROR, 5 BINARY_EVENT, 6 BINARY_ACK.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from engineio.packet import MESSAGE, NOOP, Packet
from engineio.payload import Payload
from websockets.frames import Frame, Opcode

from transport.socketio.made_once import made_once

MAX_MESSAGE_SIZE = 1_000_000
"""Bytes of one message from a client, or of one polling request."""

# A stock client puts all it has to say into one polling request, bounded by MAX_MESSAGE_SIZE and
# by nothing else; 16, the default, drops the rest of it.
Payload.max_decode_packets = MAX_MESSAGE_SIZE


def parse_packet(data: str | bytes) -> Packet:
    """The packet in a WebSocket's message. Raises ValueError where it is none of a known type."""
    try:
        packet = Packet(encoded_packet=data)
        _check_known(packet)
    except (LookupError, RecursionError) as error:
        raise ValueError("not an engine.io packet") from error
    return packet


def parse_payload(body: bytes) -> list[Packet]:
    """The packets in the body of a polling request. Raises ValueError where they are not all of
    known types."""
    try:
        packets: list[Packet] = Payload(encoded_payload=body.decode()).packets
        for packet in packets:
            _check_known(packet)
    except (LookupError, RecursionError) as error:
        raise ValueError("not an engine.io payload") from error
    return packets


def _check_known(packet: Packet) -> None:
    if packet.packet_type > NOOP:
        raise ValueError("there is no engine.io packet of this type")


class Message(Packet):  # type: ignore[misc]
    """A message of Socket.IO; `size` is in bytes."""

    packet_type = MESSAGE
    binary = False

    def __init__(self, encoded: bytes) -> None:
        # Without that of python-engineio: hardly any message is needed as its text.
        self.encode_cache = None
        self.size = len(encoded)
        self._encoded = encoded

    @property
    def data(self) -> str:
        """The message as a text."""
        return self._encoded.decode()

    @property
    def messages(self) -> "Sequence[Message]":
        """Itself, as if it were a burst of one message."""
        return (self,)

    @made_once
    def frames(self) -> bytes:
        """The message as one frame of a WebSocket, serialized once for all who are sent it."""
        return Frame(Opcode.TEXT, b"%d" % MESSAGE + self._encoded).serialize(mask=False)


class Burst:
    """Messages that a connection is sent one after the other, in one write."""

    def __init__(self, messages: Sequence[Message]) -> None:
        self.messages = messages

    @made_once
    def frames(self) -> bytes:
        """A frame for each message, one after the other."""
        return b"".join(message.frames for message in self.messages)


def packet_of(encoded: str) -> Packet:
    """A packet that another node has encoded."""
    if encoded[0] == str(MESSAGE):
        return Message(encoded[1:].encode())
    return Packet(int(encoded[0]), encoded[1:] or None)


def event_message(event: str, *arguments: Any) -> Message:
    """An event of the default namespace, encoded once for all connections that it is sent to."""
    return Message(b"2" + msgspec.json.encode([event, *arguments]))


def ack_message(id: int, answer: Any) -> Message:
    """The acknowledgement of an event, with one argument, or with none where `answer` is None."""
    return Message(b"3%d" % id + msgspec.json.encode([] if answer is None else [answer]))


def connect_message(sid: str, greeting: Mapping[str, str]) -> Message:
    """The answer to a CONNECT of the default namespace: the client's id, and what else is said."""
    return Message(b"0" + msgspec.json.encode({"sid": sid, **greeting}))


def disconnect_message() -> Message:
    """Socket.IO's DISCONNECT of the default namespace, after which the client stays away."""
    return Message(b"1")


def frame_of(packet: Packet) -> bytes:
    """A packet as one frame of a WebSocket."""
    if isinstance(packet, Message):
        return packet.frames
    encoded = packet.encode()
    if isinstance(encoded, bytes):
        return Frame(Opcode.BINARY, encoded).serialize(mask=False)
    return Frame(Opcode.TEXT, encoded.encode()).serialize(mask=False)


def size_of(packet: Packet) -> int:
    """About how many bytes a packet is sent as; what is not a message counts as one byte."""
    return packet.size if isinstance(packet, Message) else 1
