"""The receivers of docs/webhooks.md, run as they are written there: they take what is signed, and
nothing else."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook

from persistence.webhooks.webhook import SigningSecrets
from tests.support.background import eventually
from tests.support.clients import PATIENCE
from tests.support.outputs import OUTPUTS
from tests.support.service import free_port

DOCUMENT = Path(__file__).parents[3] / "docs" / "webhooks.md"

PROGRAMS = {"python": ("receiver.py", sys.executable), "js": ("receiver.mjs", "node")}

EVENT = {"id": "a:1", "type": "channel.created"}

BODY = json.dumps(EVENT)


@dataclass(frozen=True)
class Receiving:
    url: str
    secret: str
    output: Path

    async def post(self, headers: dict[str, str], body: str = BODY) -> int:
        """The status that it answers, once it listens."""

        async def answered() -> httpx.Response | None:
            async with httpx.AsyncClient(timeout=PATIENCE, verify=False) as http:
                try:
                    return await http.post(self.url, content=body, headers=headers)
                except httpx.ConnectError:
                    return None

        response = await eventually(answered, within=30)
        assert response is not None
        return response.status_code


@pytest.fixture(params=PROGRAMS)
def receiver(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Receiving]:
    """One in a language, as a process."""
    name, command = PROGRAMS[request.param]
    (code,) = re.findall(rf"```{request.param}\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    (tmp_path / name).write_text(code)
    secret, port, output = SigningSecrets.new().current, free_port(), tmp_path / "output"
    OUTPUTS.must_not_show(secret)
    with output.open("wb") as file:
        process = subprocess.Popen(
            [command, name],
            cwd=tmp_path,
            env={**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)},
            stdout=file,
            stderr=subprocess.DEVNULL,
        )
        yield Receiving(f"http://127.0.0.1:{port}/", secret, output)
        process.kill()
        process.wait()


def signed(*secrets: str, body: str = BODY, ago: timedelta = timedelta()) -> dict[str, str]:
    """The headers of a message, which was signed some time ago."""
    at = datetime.now(UTC) - ago
    signatures = [Webhook(secret).sign("a:1", at, body) for secret in secrets]
    return {
        "webhook-id": "a:1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


async def test_what_is_signed_is_taken_and_nothing_else(receiver: Receiving) -> None:
    other = SigningSecrets.new().current
    good = signed(receiver.secret)
    refused = {
        "another secret": signed(other),
        "an old one": signed(receiver.secret, ago=timedelta(minutes=6)),
        "a later one": signed(receiver.secret, ago=timedelta(minutes=-6)),
        "a new time": {**good, "webhook-timestamp": str(int(good["webhook-timestamp"]) + 1)},
        "another id": {**good, "webhook-id": "a:2"},
        "no signature": {name: good[name] for name in ("webhook-id", "webhook-timestamp")},
        "no headers": {},
        "no form": {**good, "webhook-signature": "v1"},
        "a short one": {**good, "webhook-signature": "v1,AAAA"},
        "of another kind": {
            **good,
            "webhook-signature": good["webhook-signature"].replace("v1", "v2"),
        },
    }
    for why, headers in refused.items():
        assert await receiver.post(headers) == 400, why
    assert await receiver.post(good, BODY.replace("created", "deleted")) == 400
    assert await receiver.post(signed(other, receiver.secret)) == 204, "one of two secrets is known"
    assert await receiver.post(good) == 204
    told = receiver.output.read_text()
    assert told == "told: a:1 channel.created\n" * 2
