"""The checks of `kanal doctor` that ask nobody: what they make of settings and of this machine."""

import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.cli.doctor import disk, versions
from scripts.cli.doctor.finding import Finding, Level
from scripts.cli.doctor.process import check_process
from scripts.cli.doctor.proxies import check_proxies
from scripts.cli.doctor.tls import check_tls
from scripts.cli.doctor.traces import ENDPOINTS, check_traces
from scripts.cli.doctor.webhooks import check_webhook_networks
from scripts.cli.doctor.whole_settings import check_key_is_there
from scripts.service.environment import load_settings
from tests.support.keys import RSA, public_pem
from tests.support.tls import made_certificate

SECRET = "a secret for tests, thirty-two bytes or more"


def levels(findings: list[Finding]) -> list[str]:
    return [finding.level.value for finding in findings]


@pytest.mark.parametrize(
    ("trusted", "level"),
    [
        ("", "ok"),
        ("10.0.0.0/8, fd00::/8, 127.0.0.1", "ok"),
        ("173.245.48.0/20", "warning"),
        ("10.0.0.0/8, 0.0.0.0/0", "fault"),
        ("::/0", "fault"),
        ("203.0.114.7", "ok"),
    ],
)
def test_whoever_trusts_everybody_is_told(trusted: str, level: str) -> None:
    assert levels(check_proxies(load_settings({"KANAL_TRUSTED_PROXIES": trusted}))) == [level]


@pytest.mark.parametrize(
    ("allowed", "found"),
    [("", []), ("10.1.0.0/16, fd00::/8", ["ok"]), ("10.0.0.0/8, ::/0", ["warning"])],
)
def test_whoever_lets_webhooks_go_everywhere_is_told(allowed: str, found: list[str]) -> None:
    settings = load_settings({"KANAL_WEBHOOK_NETWORKS": allowed})
    assert levels(check_webhook_networks(settings)) == found


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ({}, "warning"),
        ({"KANAL_HOST": "0.0.0.0"}, "fault"),
        ({"KANAL_HOST": "0.0.0.0", "KANAL_JWT_SECRET": SECRET}, "ok"),
        ({"KANAL_JWT_ISSUER": "https://id.example"}, "warning"),
        ({"KANAL_JWT_ISSUER": "https://id.example", "KANAL_JWT_AUDIENCE": "kanal"}, "ok"),
    ],
)
def test_whose_tokens_are_good_is_judged(given: dict[str, str], level: str) -> None:
    assert levels(check_key_is_there(load_settings(given))) == [level]


@pytest.mark.parametrize(
    ("issuer", "key", "is_told"),
    [
        ("https://id.example", {"KANAL_JWT_SECRET": SECRET}, True),
        ("https://id.example", {"KANAL_JWT_PUBLIC_KEY": public_pem(RSA)}, True),
        ("https://id.example", {"KANAL_JWT_JWKS_URL": "https://id.example/keys"}, False),
        ("a name alone", {"KANAL_JWT_SECRET": SECRET}, False),
    ],
)
def test_an_issuer_whose_keys_are_not_discovered_for_another_key_is_told(
    issuer: str, key: dict[str, str], is_told: bool
) -> None:
    (finding,) = check_key_is_there(load_settings({"KANAL_JWT_ISSUER": issuer, **key}))
    assert finding.level is Level.WARNING  # for there is no audience either
    assert ("the issuer's keys are not discovered" in finding.found) is is_told
    assert ("any other application" in finding.found) is not is_told


def test_more_connections_than_files_are_a_warning_and_so_are_more_workers_than_cores() -> None:
    files, workers = check_process(
        load_settings({"KANAL_MAX_CONNECTIONS": "10000000", "KANAL_WORKERS": "256"})
    )
    assert files.level is workers.level is Level.WARNING
    assert "LimitNOFILE=10000116" in str(files)
    assert levels(check_process(load_settings({"KANAL_MAX_CONNECTIONS": "10"}))) == ["ok", "ok"]


@pytest.mark.parametrize(("bound", "level"), [("LEAST", "fault"), ("SOON", "warning")])
def test_a_disk_that_is_nearly_full_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, bound: str, level: str
) -> None:
    settings = load_settings({"KANAL_DATA_DIR": str(tmp_path / "new" / "data")})
    assert levels(disk.check_disk(settings)) == ["ok"]
    monkeypatch.setattr(disk, bound, 2**70)
    assert levels(disk.check_disk(settings)) == [level]


@pytest.mark.parametrize(("days", "level"), [(-1, "fault"), (13, "warning"), (15, "ok")])
def test_how_long_a_certificate_is_good_is_told(tmp_path: Path, days: int, level: str) -> None:
    made = made_certificate(days=days)
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    certificate.write_bytes(made.certificate)
    key.write_bytes(made.key)
    given = {"KANAL_TLS_CERT": str(certificate), "KANAL_TLS_KEY": str(key)}
    assert levels(check_tls(load_settings(given))) == [level]
    key.write_bytes(made_certificate().key)
    (finding,) = check_tls(load_settings(given))
    assert finding.level is Level.FAULT
    assert "not the key of the certificate" in finding.found
    assert check_tls(load_settings({})) == []


def test_traces_without_what_records_them_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    (finding,) = check_traces(load_settings({"KANAL_TRACES": "0.1"}))
    assert finding.level is Level.FAULT
    assert "pip install 'kanal[otel]'" in str(finding.to_do)
    assert check_traces(load_settings({})) == []


@pytest.mark.parametrize(
    ("general", "of_traces", "level"),
    [
        ("", "", "ok"),
        ("http://collector:4318", "", "ok"),
        ("collector:4318", "https://collector/v1/traces", "ok"),
        ("http://collector:4318", "collector:4318", "warning"),
        ("http://[collector", "", "warning"),
    ],
)
def test_where_traces_go_is_told_unless_it_is_nowhere(
    monkeypatch: pytest.MonkeyPatch, general: str, of_traces: str, level: str
) -> None:
    for name, value in zip(ENDPOINTS, (of_traces, general), strict=True):
        monkeypatch.setenv(name, value)
    assert levels(check_traces(load_settings({"KANAL_TRACES": "0.1"}))) == [level]


def test_a_library_of_another_version_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    assert levels(versions.check_versions()) == ["ok"]

    def needed(_: str) -> list[str]:
        return ["sanic<1", "nothing-of-this-name>=2", 'pytest<1; extra == "test"', "msgspec"]

    monkeypatch.setattr(versions, "requires", needed)
    (finding,) = versions.check_versions()
    assert finding.level is Level.FAULT
    assert "sanic" in finding.found
    assert "nothing-of-this-name not there" in finding.found
    assert "pytest" not in finding.found


def test_a_line_stays_one_whatever_is_in_it() -> None:
    more: dict[str, Any] = {"to_do": "do\nthis"}
    line = str(Finding(Level.FAULT, "database", "it says:\nFATAL", **more))
    assert line == "fault    database     it says: FATAL; to do: do this"
