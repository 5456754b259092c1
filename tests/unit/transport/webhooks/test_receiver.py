"""One attempt at a receiver: bounded in time and size, at the address that was checked, and nowhere
else."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

import pytest

from domain.errors import Invalid
from tests.support.clients import PATIENCE
from tests.support.hook_receiver import HookReceiver, Reply, hang, hook_receiver
from tests.support.tls import tls_contexts
from transport.webhooks import receiver as attempts
from transport.webhooks.destinations import Destinations
from transport.webhooks.receiver import Answer, Outcome, Receiver

LOOPBACK = Destinations([IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")])
PUBLIC = Destinations()


@pytest.fixture
async def there() -> AsyncIterator[HookReceiver]:
    async with hook_receiver() as there:
        yield there


async def post(url: str, destinations: Destinations = LOOPBACK) -> Answer:
    async with Receiver(url, destinations, at_once=1) as receiver, asyncio.timeout(PATIENCE / 2):
        return await receiver.post({"X-Kind": "test"}, b"{}")


def written(text: str, *, then_hang: bool = False) -> Reply:
    async def write(writer: asyncio.StreamWriter) -> None:
        writer.write(text.encode())
        await writer.drain()
        if then_hang:
            await hang(writer)

    return write


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "[::ffff:127.0.0.1]",
        "0",
    ],
)
async def test_nothing_is_sent_to_what_is_not_public_however_it_is_written(
    there: HookReceiver, host: str
) -> None:
    url = there.url.replace("127.0.0.1", host)
    answer = await post(url, PUBLIC)
    assert (answer.outcome, answer.status) == (Outcome.NOT_ALLOWED, None)
    assert "127" not in str(answer.error)  # where a name leads is not told
    with pytest.raises(
        Invalid, match="url is at an address that is not one of the public internet"
    ):
        await PUBLIC.check(url)
    assert there.asked == []


async def test_what_a_setting_allows_is_sent_to(there: HookReceiver) -> None:
    await LOOPBACK.check(there.url)
    assert await post(there.url) == Answer(Outcome.DELIVERED, 204)
    assert [hook.headers["x-kind"] for hook in there.accepted] == ["test"]


async def test_the_public_internet_is_spoken_to_by_tls_alone() -> None:
    with pytest.raises(Invalid, match="where only https is spoken"):
        await PUBLIC.check("http://8.8.8.8/")
    await PUBLIC.check("https://8.8.8.8/")
    assert (await post("http://8.8.8.8/", PUBLIC)).outcome is Outcome.NOT_ALLOWED


async def test_a_name_is_refused_that_leads_to_a_private_address_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(2, 1, 6, "", ("8.8.8.8", 443)), (2, 1, 6, "", ("10.0.0.1", 443))]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Invalid, match="not one of the public internet"):
        await PUBLIC.check("https://both.example/")


async def test_the_address_that_was_checked_is_the_one_that_is_asked(
    there: HookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name may lead elsewhere the second time: nobody looks it up a second time. An address that
    does not answer is passed by."""
    answers = iter([["127.0.0.9", "127.0.0.1"]])

    def look_up(host: str, port: int, **_: object) -> object:
        assert host == "rebinding.example"
        return [(2, 1, 6, "", (address, port)) for address in next(answers)]

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    url = there.url.replace("127.0.0.1", "rebinding.example")
    assert (await post(url)).outcome is Outcome.DELIVERED
    assert there.asked[0].headers["host"] == url.split("/")[2]


async def test_a_redirect_is_not_followed(there: HookReceiver) -> None:
    elsewhere = there.url.replace("hooks", "metadata")
    there.reply = lambda _: (307, {"Location": elsewhere})
    answer = await post(there.url)
    assert (answer.outcome, answer.status) == (Outcome.REFUSED, 307)
    assert [hook.path for hook in there.asked] == ["/hooks"]


async def test_no_proxy_of_the_environment_is_asked(
    there: HookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert (await post(there.url)).outcome is Outcome.DELIVERED


async def test_no_cookie_is_kept(there: HookReceiver) -> None:
    there.reply = lambda _: (200, {"Set-Cookie": "a=b"})
    async with Receiver(there.url, LOOPBACK, at_once=1) as receiver:
        for _ in range(2):
            await receiver.post({}, b"{}")
    assert not any("cookie" in hook.headers for hook in there.asked)


async def test_who_never_answers_is_given_up(
    there: HookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "TIMEOUT", 0.2)
    there.reply = lambda _: hang
    assert await post(there.url) == Answer(Outcome.TIMED_OUT, error="no answer in 0.2 seconds")


async def test_who_answers_a_byte_at_a_time_is_given_up(
    there: HookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each byte is there long before any timeout between two of them."""

    async def dribble(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-So: ")
        while True:
            writer.write(b"o")
            await writer.drain()
            await asyncio.sleep(0.01)

    monkeypatch.setattr(attempts, "TIMEOUT", 0.3)
    there.reply = lambda _: dribble
    assert (await post(there.url)).outcome is Outcome.TIMED_OUT


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("body", ["x" * 10_000_000, "x"])
async def test_the_status_counts_whatever_the_body_does(
    there: HookReceiver, monkeypatch: pytest.MonkeyPatch, status: int, body: str
) -> None:
    """It is huge, or does not end."""
    monkeypatch.setattr(attempts, "BODY_TIMEOUT", 0.1)
    head = f"HTTP/1.1 {status} So\r\nContent-Length: 20000000\r\n\r\n"
    there.reply = lambda _: written(head + body, then_hang=True)
    assert (await post(there.url)).status == status


@pytest.mark.parametrize(
    "answer", ["HTTP/1.1 200 OK\r\nX: " + "x" * 1_000_000, "no HTTP at all\r\n\r\n", ""]
)
async def test_an_answer_that_is_none_is_a_failure(there: HookReceiver, answer: str) -> None:
    """Headers are read up to a bound as well."""
    there.reply = lambda _: written(answer)
    assert (await post(there.url)).outcome is Outcome.UNREACHABLE


async def test_who_is_not_there_is_a_failure_in_the_systems_words() -> None:
    answer = await post("http://127.0.0.1:9/hooks?canary=1")
    assert answer == Answer(Outcome.UNREACHABLE, error="cannot be reached: Connection refused")


async def test_a_certificate_is_held_against_the_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, client = tls_contexts(tmp_path)
    async with hook_receiver(server) as there:
        assert (await post(there.url)).error == "cannot be reached: self-signed certificate"
        monkeypatch.setattr(attempts, "_tls", lambda: client)
        assert (await post(there.url)).outcome is Outcome.DELIVERED
        elsewhere = await post(there.url.replace("localhost", "127.0.0.1"))
    assert elsewhere.outcome is Outcome.UNREACHABLE
    assert "not valid for '127.0.0.1'" in str(elsewhere.error)
    assert isinstance(client, ssl.SSLContext)
