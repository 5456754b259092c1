"""Polling requests as the front serves them: each is answered as Sanic would, which gets those that
come in pieces, and a connection may go on with whatever else is asked."""

import asyncio
import gzip
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.clients import PATIENCE
from tests.support.in_process import service_in_process
from tests.support.postgres import create_database
from tests.support.raw_http import LIVE, Answer
from tests.support.service import running_service
from tests.support.tokens import token

OPEN = "GET /socket.io/?EIO=4&transport=polling{}"
HOST = "Host: kanal.example"


def get(*headers: str, sid: str = "{sid}", more: str = "") -> str:
    return "\r\n".join([OPEN.format(f"&sid={sid}{more}") + " HTTP/1.1", HOST, *headers, "", ""])


def post(body: str, *headers: str, sid: str = "{sid}") -> str:
    first = OPEN.format(f"&sid={sid}").replace("GET", "POST") + " HTTP/1.1"
    length = f"Content-Length: {len(body.encode())}"
    return "\r\n".join([first, HOST, length, *headers, "", body])


class Conversation:
    """Requests, each answered before the next is sent, over one connection until that ends."""

    def __init__(self, url: str, *, in_pieces: bool) -> None:
        self._address = urlsplit(url)
        self._in_pieces = in_pieces
        self._writer: asyncio.StreamWriter | None = None
        self.sid = ""

    async def ask(self, request: str) -> Answer:
        await self.send(request)
        return await self.answer()

    async def send(self, request: str) -> None:
        data = request.replace("{sid}", self.sid).encode()
        if self._writer is None:
            address = self._address.hostname, self._address.port
            self._reader, self._writer = await asyncio.open_connection(*address)
            if self._in_pieces:
                self._writer.write(data[:10])
                await asyncio.sleep(0.05)  # so that the two come one after the other
                data = data[10:]
        self._writer.write(data)

    async def answer(self) -> Answer:
        async with asyncio.timeout(PATIENCE):
            head = await self._reader.readuntil(b"\r\n\r\n")
            status, *lines = head.decode().split("\r\n")[:-2]
            headers = dict(line.split(": ", 1) for line in lines)
            headers = {name.lower(): value for name, value in headers.items()}
            body = await self._reader.readexactly(int(headers["content-length"]))
            if headers["connection"] == "close":
                await self.ended()
                await self.close()
        found = re.search(rb'^0{"sid":"([^"]+)"', body)
        self.sid = found[1].decode() if found else self.sid
        return Answer(int(status.split()[1]), headers, body)

    async def ended(self) -> None:
        async with asyncio.timeout(PATIENCE):
            assert await self._reader.read() == b""

    async def leave(self) -> None:
        """End the session."""
        await self.close()
        assert (await self.ask(post("1"))).status == 200

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


@asynccontextmanager
async def conversation(url: str, *, in_pieces: bool = False) -> AsyncIterator[Conversation]:
    talk = Conversation(url, in_pieces=in_pieces)
    yield talk
    await talk.close()


async def told(url: str, requests: Sequence[str], *, in_pieces: bool) -> list[Answer]:
    """The answers, without what is another one each time."""
    async with conversation(url, in_pieces=in_pieces) as talk:
        answers = [await talk.ask(request) for request in requests]
    return [alike(answer) for answer in answers]


def alike(answer: Answer) -> Answer:
    headers, body = dict(answer.headers), answer.body
    if headers.get("content-encoding") == "gzip":  # which holds the time
        body = gzip.decompress(body)
        del headers["content-length"]
    if re.fullmatch("[0-9a-f]{16}-[0-9]+", headers["x-request-id"]):
        headers["x-request-id"] = "a new one"
    return Answer(answer.status, headers, re.sub(rb'"sid":"[^"]+"', b'"sid":"any"', body))


NEW = get(sid="").replace("&sid=", "")
CONNECT = post("40")
LONG = post('42["no-such-event"]\x1e' * 30 + "3")
PAGE = "Origin: https://listed.example"
SAYS = {
    "opens": [NEW],
    "connects": [NEW, CONNECT, get()],
    "tells who asks": [
        NEW.replace(HOST, f"{HOST}\r\nX-Request-ID: mine"),
        CONNECT,
        get("X-Request-ID: é"),
    ],
    "is a page of the service": [NEW, post("40", "Origin: http://kanal.example"), get()],
    "is a page that is listed": [
        NEW.replace(HOST, f"{HOST}\r\n{PAGE}"),
        post("40", PAGE),
        get(PAGE),
    ],
    "is a page of elsewhere": [NEW, CONNECT, get("Origin: https://evil.example"), get()],
    "posts from elsewhere": [NEW, post("40", "Origin: https://evil.example"), CONNECT, get()],
    "closes its connections": [
        NEW.replace(HOST, f"{HOST}\r\nConnection: close"),
        post("40", "Connection: close"),
        get("Connection: Close"),
    ],
    "takes what is compressed": [NEW, CONNECT, get(), LONG, get("Accept-Encoding: br, gzip;q=1")],
    "takes nothing that is compressed": [NEW, CONNECT, get(), LONG, get("Accept-Encoding: br")],
    "says nothing in a payload": [NEW, post(""), CONNECT, get()],
    "sends nonsense": [NEW, CONNECT, post("what?"), get(), post("3")],
    "sends what a server sends": [NEW, CONNECT, post("0{}"), get(), post("3")],
    "leaves": [NEW, CONNECT, get(), post("1"), get()],
    "leaves the namespace": [NEW, CONNECT, get(), post("41"), post('42["auth",{}]'), get()],
    "repeats a poll": [NEW, CONNECT, get(more="&t=pb1a2x"), CONNECT, get(more="&t=pb1a2x"), get()],
    "is unknown": [get(sid="made-up"), post("3", sid="made-up")],
    "speaks another protocol": [
        NEW.replace("EIO=4", "EIO=3"),
        NEW,
        CONNECT,
        get().replace("EIO=4", "EIO=3"),
        get().replace("polling", "pigeon"),
    ],
    "asks in another way": [NEW, get().replace("GET", "PUT"), get().replace("GET", "OPTIONS")],
    "sends a form": [NEW, post("d=40"), get()],
    "sends what is no text": [NEW, post("b" + "AAAA"), get()],
}


@pytest.fixture(scope="module")
def url(postgres_url: str) -> Iterator[str]:
    """Of a service that pages of one other site may call, and that has no trouble."""
    database_url = create_database(postgres_url)
    with running_service(database_url, cors_origins="https://listed.example") as service:
        yield service.url
        assert service.troubles == ""


@pytest.mark.parametrize("requests", SAYS.values(), ids=SAYS)
async def test_what_a_client_asks_is_answered_alike_however_it_comes(
    url: str, requests: Sequence[str]
) -> None:
    in_pieces = await told(url, requests, in_pieces=True)
    assert await told(url, requests, in_pieces=False) == in_pieces


@settings(max_examples=25, deadline=None)
@given(
    order=st.permutations([LIVE.decode(), post("3"), get(), post('42["no-such-event"]')]),
    cuts=st.lists(st.integers(1, 900), max_size=4),
)
def test_requests_that_do_not_wait_are_answered_in_their_order_however_they_are_cut(
    url: str, order: Sequence[str], cuts: Sequence[int]
) -> None:
    async def answers() -> list[tuple[int, bytes]]:
        async with conversation(url) as talk:
            await talk.ask(NEW)
            await talk.ask(CONNECT)
            sent, begin = "".join(order).replace("{sid}", talk.sid), 0
            for end in [*sorted(cuts), len(sent)]:
                await talk.send(sent[begin:end])
                await asyncio.sleep(0.002)  # so that some come apart
                begin = max(end, begin)
            answers = [await talk.answer() for _ in order]
        return [(answer.status, alike(answer).body) for answer in answers]

    async def expected() -> list[tuple[int, bytes]]:
        async with conversation(url, in_pieces=True) as talk:
            answers = [await talk.ask(each) for each in [NEW, CONNECT, *order]]
        return [(answer.status, alike(answer).body) for answer in answers[2:]]

    assert asyncio.run(answers()) == asyncio.run(expected())


async def test_a_connection_goes_on_with_whatever_is_asked(url: str) -> None:
    async with conversation(url) as talk:
        for request in [NEW, post("40"), get(), LIVE.decode(), post("3"), LIVE.decode(), NEW]:
            assert (await talk.ask(request)).status == 200


async def test_what_comes_while_a_poll_is_open_waits_for_its_answer(url: str) -> None:
    async with conversation(url) as polls, conversation(url) as posts:
        await polls.ask(NEW)
        posts.sid = polls.sid
        await posts.ask(post(f'40{{"token":"{token("bob", ("front",))}"}}'))
        heard = b""
        while b"auth-success" not in heard:
            heard += (await polls.ask(get())).body
        # The poll, and behind it more than is read while it stands open.
        await polls.send(get() + post("3" + "\x1e3" * 100_000))
        await posts.ask(post('42["no-such-event"]'))
        assert b"unknown_event" in (await polls.answer()).body
        assert (await polls.answer()).body == b"OK"


@pytest.mark.parametrize("in_pieces", [False, True])
async def test_a_connection_on_which_nothing_more_is_asked_ends(
    database_url: str, in_pieces: bool
) -> None:
    async with service_in_process(database_url) as (service, url):
        service.app.config.KEEP_ALIVE_TIMEOUT = 0.2
        async with conversation(url, in_pieces=in_pieces) as talk:
            assert (await talk.ask(NEW)).headers["connection"] == "keep-alive"
            await talk.ended()
            await talk.leave()


@pytest.mark.parametrize("in_pieces", [False, True])
async def test_a_payload_that_takes_too_long_is_answered(
    database_url: str, in_pieces: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service_in_process(database_url) as (service, url):
        service.app.config.RESPONSE_TIMEOUT = 0.2
        begun = asyncio.Event()

        async def never(*_: object) -> None:
            begun.set()
            await asyncio.Event().wait()

        async with conversation(url, in_pieces=in_pieces) as talk:
            await talk.ask(NEW)
            await talk.ask(post("40"))
            await talk.ask(get())
            monkeypatch.setattr(service.sockets.events, "event", never)
            assert (await talk.ask(post('42["no-such-event"]'))).body == b"OK"
            assert begun.is_set()
            await talk.leave()


@pytest.mark.parametrize("in_pieces", [False, True])
async def test_the_answer_of_a_node_that_leaves_is_the_last(
    database_url: str, in_pieces: bool
) -> None:
    async with (
        service_in_process(database_url) as (service, url),
        conversation(url, in_pieces=in_pieces) as talk,
    ):
        await talk.ask(NEW)
        service.is_leaving = True
        assert (await talk.ask(post("40"))).headers["connection"] == "close"
        await talk.leave()
