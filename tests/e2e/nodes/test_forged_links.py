"""Nothing that a client sends makes a node take it for another node, or call any address."""

import secrets

import httpx
import pytest

from tests.support.engine_io import engine_http
from tests.support.raw_http import LAST, LIVE, exchange
from tests.support.service import RunningService

UPGRADE = (
    "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)  # fmt: skip


def greeting(at: str = "0", target: str = "aaaaaaaa") -> str:
    return f"bbbbbbbb.{target}.{at}.{secrets.token_hex(16)}.{secrets.token_hex(32)}"


@pytest.mark.parametrize(
    "said", ["", "....", greeting(), greeting("x"), "é.é.é.é.é", greeting() * 50, "a" * 64]
)
def test_who_has_no_key_opens_no_link(nodes: list[RunningService], said: str) -> None:
    lines = ["GET /nodes/link HTTP/1.1", "Host: kanal", *UPGRADE, f"Kanal-Node: {said}"]
    request = "\r\n".join(lines).encode() + b"\r\n\r\n"
    assert [answer.status for answer in exchange(nodes[0].url, request, LIVE)] == [401]
    assert [answer.status for answer in exchange(nodes[0].url, LAST)] == [200]
    assert nodes[0].troubles == ""


@pytest.mark.parametrize(
    "sid",
    [
        "aaaaaaaa" + "A" * 20,
        "http://127.0.0.1:1/",
        "../../../",
        "aaaaaaa'",
        "aaaaaaaa",
        "ſſſſſſſſ",
        "\n",
    ],
)
async def test_a_session_of_no_node_is_refused_at_once(
    nodes: list[RunningService], sid: str
) -> None:
    async with engine_http(nodes[0].url) as http:
        answers: list[httpx.Response] = [
            await http.get("", params={"sid": sid}),
            await http.post("", params={"sid": sid}, content="42[]"),
        ]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert nodes[0].troubles == ""
