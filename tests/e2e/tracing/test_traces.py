"""One trace goes from a request through its append to the delivery on each node; with tracing off,
nothing of it is there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from functools import partial
from pathlib import Path

import httpx
import pytest

from tests.support.background import eventually
from tests.support.clients import PATIENCE, PyClient, py_client
from tests.support.collector import Collected, Span, collecting
from tests.support.command_line import kanal
from tests.support.http import bearer, created
from tests.support.service import RunningService, running_service
from tests.support.tokens import token
from tests.support.unanswering import silent

W = "traced"
REQUEST = "POST /workspaces/{workspace_id}/channels"
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
CALLER = f"00-{TRACE_ID}-00f067aa0ba902b7-01"
"""A `traceparent` (W3C Trace Context, 3.2) of a caller that records."""


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collected]:
    with collecting() as collected:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collected.url)
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
        yield collected


@pytest.fixture
def nodes(database_url: str, collector: Collected) -> Iterator[list[RunningService]]:
    """Two that record the traces that callers have begun, and next to none of their own."""
    with ExitStack() as stack:
        yield [stack.enter_context(running_service(database_url, traces="1e-12")) for _ in range(2)]


def create(url: str, name: str, access: str, **headers: str) -> httpx.Response:
    return httpx.post(
        f"{url}/workspaces/{W}/channels",
        json={"name": name},
        headers=bearer(access) | headers,
        timeout=PATIENCE,
    )


async def listening(stack: AsyncExitStack, nodes: list[RunningService]) -> list[PyClient]:
    """A client at each node."""
    clients = [
        await stack.enter_async_context(py_client(node.url, auth={"token": token("bob", (W,))}))
        for node in nodes
    ]
    await heard_by(clients, "auth-success")
    return clients


async def heard_by(clients: list[PyClient], name: str) -> None:
    for client in clients:
        await client.until(partial(client.events, name))


async def test_one_trace_goes_from_the_request_to_what_each_node_sends(
    nodes: list[RunningService], collector: Collected
) -> None:
    access = token("alice", (W,))
    async with AsyncExitStack() as stack:
        clients = await listening(stack, nodes)
        channel = created(create(nodes[0].url, "general", access, traceparent=CALLER))
        await heard_by(clients, "channel-created")

        async def is_complete() -> bool:
            """Each process sends what has ended now and then, so in several pieces."""
            ended = [len(collector.named(name)) for name in (REQUEST, "commit", "append")]
            return len(collector.named("deliver")) == 2 and ended == [1, 1, 1]

        await eventually(is_complete)
    assert {span.trace_id for span in collector.spans} == {TRACE_ID}
    (request,) = collector.named(REQUEST)
    (append,), (commit,) = collector.named("append"), collector.named("commit")
    assert request.parent_id == "00f067aa0ba902b7"
    assert request.attributes["http.response.status_code"] == 201
    assert request.attributes["user.id"] == "alice"
    assert append.parent_id == request.span_id
    assert append.attributes["kanal.position"] == channel["position"]
    assert commit.parent_id == append.span_id
    statements = [span for span in collector.spans if span.parent_id == commit.span_id]
    assert any("append_commands" in span.attributes["db.statement"] for span in statements)
    delivered = collector.named("deliver")
    assert {span.parent_id for span in delivered} == {append.span_id}
    assert {span.attributes["kanal.position"] for span in delivered} == {channel["position"]}
    assert len({span.node for span in delivered}) == 2
    assert not [body for body in collector.sent if access.encode() in body]


async def test_an_event_keeps_its_trace_in_the_log_and_one_of_no_trace_keeps_none(
    nodes: list[RunningService], database_url: str
) -> None:
    created(create(nodes[0].url, "traced", token("alice", (W,)), traceparent=CALLER))
    created(create(nodes[0].url, "plain", token("alice", (W,))))
    lines = kanal("tail", database_url=database_url).stdout.splitlines()
    assert [TRACE_ID in line for line in lines] == [True, True, False, False]
    assert ["traceparent" in line for line in lines] == [True, True, False, False]


async def test_strangers_continue_no_trace(
    nodes: list[RunningService], collector: Collected
) -> None:
    assert create(nodes[0].url, "x", "no token", traceparent=CALLER).status_code == 401
    assert create(nodes[0].url, "y", token("mallory", ()), traceparent=CALLER).status_code == 403
    created(create(nodes[0].url, "z", token("alice", (W,)), traceparent=CALLER))

    async def has_sent() -> list[Span]:
        return collector.named(REQUEST)

    await eventually(has_sent)
    assert len(await has_sent()) == 1


async def test_reads_which_no_rate_holds_are_in_no_trace(
    nodes: list[RunningService], collector: Collected
) -> None:
    access = token("alice", (W,))
    read = httpx.get(
        f"{nodes[0].url}/workspaces/{W}/channels",
        headers=bearer(access) | {"traceparent": CALLER},
        timeout=PATIENCE,
    )
    assert read.status_code == 200
    created(create(nodes[0].url, "general", access, traceparent=CALLER))

    async def is_sent() -> list[Span]:
        return collector.named(REQUEST)

    await eventually(is_sent)
    requests = {span.name for span in collector.spans if "http.route" in span.attributes}
    assert requests == {REQUEST}


@pytest.mark.parametrize("state", ["vendor=" + "x" * 200, "x" * 600])
async def test_what_a_caller_says_in_tracestate_goes_no_further(
    nodes: list[RunningService], collector: Collected, state: str
) -> None:
    access = token("alice", (W,))
    created(create(nodes[0].url, "general", access, traceparent=CALLER, tracestate=state))

    async def is_sent() -> list[Span]:
        return collector.named(REQUEST)

    await eventually(is_sent)
    assert not [body for body in collector.sent if state.encode() in body]
    assert "WARNING" not in nodes[0].output


async def test_commands_of_sockets_begin_traces_in_the_share_that_is_asked_for(
    database_url: str, collector: Collected
) -> None:
    with running_service(database_url, traces="1") as service:
        async with py_client(service.url, auth={"token": token("bob", (W,))}) as client:
            await client.until(lambda: client.events("auth-success"))
            for name in ("general", "GENERAL"):
                await client.emit("create-channel", {"workspaceId": W, "name": name})
            await client.until(lambda: client.events("socket-api-error"))

            async def both() -> list[Span]:
                found = collector.named("create-channel")
                return found if len(found) == 2 else []

            first, second = await eventually(both)
    assert first.trace_id != second.trace_id
    assert "error.type" not in first.attributes
    assert second.attributes["error.type"] == "name_taken"


async def test_a_collector_that_is_away_holds_nobody_up(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    with running_service(database_url, traces="1") as service:
        created(create(service.url, "general", token("alice", (W,))))
        assert service.stop() == 0


async def test_a_collector_that_says_nothing_is_not_waited_for_at_the_end(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1")  # each is waited for ten seconds
    with silent() as listener:
        host, port = listener.getsockname()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://{host}:{port}")
        with running_service(database_url, traces="1") as service:
            for name in ("one", "two", "three"):
                created(create(service.url, name, token("alice", (W,))))
            assert service.stop(timeout=PATIENCE) == 0


def test_with_tracing_off_nothing_of_it_is_imported() -> None:
    look = "import sys, scripts.service.service; sys.exit('opentelemetry' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0


def test_where_it_is_not_installed_one_line_says_so(database_url: str, tmp_path: Path) -> None:
    blocked = "import sys\nsys.modules['opentelemetry'] = None\n"
    (tmp_path / "sitecustomize.py").write_text(blocked)
    result = subprocess.run(
        [Path(sys.executable).parent / "kanal", "serve"],
        env={name: value for name, value in os.environ.items() if name[:6] != "KANAL_"}
        | {
            "PYTHONPATH": str(tmp_path),
            "KANAL_DATABASE_URL": database_url,
            "KANAL_PORT": "0",
            "KANAL_DATA_DIR": str(tmp_path),
            "KANAL_TRACES": "0.1",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == (
        "kanal: KANAL_TRACES needs OpenTelemetry, which is not installed: pip install 'kanal[otel]'"
    )
