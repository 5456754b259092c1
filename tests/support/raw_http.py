"""HTTP byte by byte, for requests that no client would send."""

import socket
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.support.clients import PATIENCE

LIVE = b"GET /health/live HTTP/1.1\r\nHost: kanal\r\n\r\n"
LAST = b"GET /health/live HTTP/1.1\r\nHost: kanal\r\nConnection: close\r\n\r\n"
"""A good request, and one after which the server ends the connection."""


@dataclass(frozen=True)
class Answer:
    """One response of a connection."""

    status: int
    headers: dict[str, str]
    body: bytes


def exchange(url: str, *sent: bytes, cut: bool = False) -> list[Answer]:
    """Send bytes over a connection, or as many as the server takes, and answer what came back
    until it ended the connection. With `cut` we end it for our part once all is sent."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=PATIENCE) as connection:
        received = b""
        with suppress(ConnectionError):
            connection.sendall(b"".join(sent))
            if cut:
                connection.shutdown(socket.SHUT_WR)
        with suppress(ConnectionError):
            while data := connection.recv(65_536):
                received += data
        return _answers(received)


def post(path: str, *headers: str, body: bytes) -> bytes:
    """A POST whose headers say nothing of the body's length but what they are given."""
    lines = [f"POST {path} HTTP/1.1", "Host: kanal", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _answers(received: bytes) -> list[Answer]:
    answers = []
    while received:
        head, _, received = received.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in lines)
        length = int(headers.get("content-length", 0))
        answers.append(Answer(int(status.split()[1]), headers, received[:length]))
        received = received[length:]
    return answers
