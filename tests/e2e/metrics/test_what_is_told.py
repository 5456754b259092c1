"""What a service and its relay tell Prometheus is what is documented, drawn and alerted on, and
nothing that a client has chosen."""

import asyncio
from contextlib import AsyncExitStack
from uuid import uuid4

import httpx
import pytest
from prometheus_client import Metric
from prometheus_client.samples import Sample

from tests.support import postgres
from tests.support.background import eventually
from tests.support.channels import create_channel
from tests.support.clients import PATIENCE
from tests.support.engine_io import event, polling
from tests.support.http import bearer
from tests.support.metrics import (
    OPENMETRICS,
    alert_expressions,
    dashboard_expressions,
    documented,
    metrics_of,
    metrics_of_relay,
    samples,
    selectors,
)
from tests.support.service import RunningService, running_service
from tests.support.tokens import token
from tests.support.workers import a_socket_each

WORKERS = {"w1", "w2"}

PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
    "application/openmetrics-text;version=0.0.1;q=0.4,"
    "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1"
)
"""What Prometheus 3 asks for."""


@pytest.fixture(scope="module")
def told(postgres_url: str) -> dict[str, Metric]:
    """What a service of two workers tells after a little life."""
    with running_service(postgres.create_database(postgres_url), workers="2") as service:
        return asyncio.run(_live(service))


async def _live(service: RunningService) -> dict[str, Metric]:
    async with AsyncExitStack() as stack:
        sockets = await a_socket_each(service, stack)
        await create_channel(service.url, "demo", "general")
        for socket in sockets:
            await socket.event("channel-created")

        async def of_both() -> dict[str, Metric]:
            found = await metrics_of(service.url)
            return found if {each.labels["worker"] for each in samples(found)} == WORKERS else {}

        return await eventually(of_both)


@pytest.fixture(scope="module")
def all_told(told: dict[str, Metric]) -> dict[str, Metric]:
    """With what a relay tells."""
    return told | metrics_of_relay()


async def test_all_that_is_told_is_documented_with_its_type_and_labels(
    all_told: dict[str, Metric],
) -> None:
    rows = documented()
    assert len({row.name for row in rows}) == len(rows)
    is_told = {
        metric.name + ("_total" if metric.type == "counter" else ""): (
            metric.type,
            frozenset(label for sample in metric.samples for label in sample.labels)
            - {"worker", "le"},
        )
        for metric in all_told.values()
    }
    in_docs = {row.name: (row.type, row.labels - {"worker"}) for row in rows}
    assert is_told == in_docs


async def test_each_sample_names_its_worker(told: dict[str, Metric]) -> None:
    assert {sample.labels["worker"] for sample in samples(told)} == WORKERS


@pytest.mark.parametrize("alert", alert_expressions())
async def test_what_an_alert_looks_at_is_told(all_told: dict[str, Metric], alert: str) -> None:
    for selector in selectors(alert_expressions()[alert]):
        if ("database", "replica") not in selector.labels:  # it has none
            assert any(map(selector.matches, samples(all_told))), selector


async def test_what_the_dashboard_draws_is_told(all_told: dict[str, Metric]) -> None:
    expressions = list(dashboard_expressions())
    assert expressions
    for expression in expressions:
        for selector in selectors(expression):
            assert any(map(selector.matches, samples(all_told))), expression


async def test_all_that_is_documented_is_drawn() -> None:
    drawn = {found.name for each in dashboard_expressions() for found in selectors(each)}
    for row in documented():
        endings = ("", "_count", "_sum", "_bucket") if row.type == "histogram" else ("",)
        assert any(row.name + ending in drawn for ending in endings), row.name


@pytest.mark.parametrize(
    ("accept", "is_open"),
    [
        (PROMETHEUS, True),
        (OPENMETRICS, True),
        (f'{OPENMETRICS}; version="1.0.0"', True),
        (f"{OPENMETRICS}; version=3.0.0-rc1", True),
        (f"{OPENMETRICS};q=0.2, text/plain;q=0.9", False),
        (f"{OPENMETRICS};q=0", False),
        ("text/plain", False),
        ("text/html, */*;q=0.8", False),
        ("", False),
    ],
)
def test_the_form_is_the_one_that_is_asked_for(
    http: httpx.Client, accept: str, is_open: bool
) -> None:
    for path in ("/metrics", "/health/metrics"):
        answer = http.get(path, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer.headers["Vary"] == "Accept"
        assert answer.text.endswith("# EOF\n") == is_open
        form = f"{OPENMETRICS}; version=1.0.0" if is_open else "text/plain; version=0.0.4"
        assert answer.headers["Content-Type"] == f"{form}; charset=utf-8"


async def test_what_clients_choose_is_no_label(database_url: str) -> None:
    strange = f"strange-{uuid4().hex}"
    with running_service(database_url) as service:
        before = {_series(sample) for sample in samples(await metrics_of(service.url))}
        await _say_strange_things(service, strange)
        after = {_series(sample) for sample in samples(await metrics_of(service.url))}
    assert after == before
    assert not any(strange in text for series in after for text in series)


async def _say_strange_things(service: RunningService, strange: str) -> None:
    own = bearer(token(strange, {strange: "admin"}))
    async with httpx.AsyncClient(
        base_url=service.url, headers=own, timeout=PATIENCE, verify=False
    ) as http:
        channels = f"/workspaces/{strange}/channels"
        asked = [
            http.get(f"/{strange}"),
            http.request("STRANGE", "/metrics"),
            http.request("PATCH", "/socket.io/"),
            http.get("/socket.io/", params={"transport": strange, "EIO": "4"}),
            http.get("/socket.io/", params={"transport": "polling", "sid": strange, "EIO": "4"}),
            http.get(
                f"/metrics?name[]={strange}", headers={"Accept": f"{OPENMETRICS};v={strange}"}
            ),
            http.post(channels, json={"name": strange, strange: strange}),
            http.post(channels, json={"name": strange}, headers={"Idempotency-Key": strange}),
            http.post(channels, content=strange),
            http.get(channels, params={"after": strange}),
            http.get(f"{channels}/{strange}"),
            http.put(f"{channels}/{strange}/members/{strange}"),
            http.get(channels, headers=bearer(strange)),
        ]
        await asyncio.gather(*asked)
    async with polling(service.url) as socket:
        await socket.join({"token": strange})
        await socket.event("socket-api-error")
        await socket.send(
            event("auth", {"data": token(strange, (strange,)), "transaction": strange})
        )
        await socket.event("auth-success")
        await socket.send(event(strange, strange), event("create-channel", {strange: strange}))
        await socket.event("socket-api-error", 3)


def _series(sample: Sample) -> tuple[str, ...]:
    return (sample.name, *(text for pair in sorted(sample.labels.items()) for text in pair))
