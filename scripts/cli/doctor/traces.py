"""Traces: whether what it takes to record them is installed, and has somewhere to send them."""

import os
from urllib.parse import urlsplit

from scripts.cli.doctor.finding import Finding, fault, ok, warning
from scripts.service.settings import Settings, SettingsError
from scripts.service.tracing.installed import check_installed

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
"""OpenTelemetry's variables for where spans go, the first that is set."""


def check_traces(settings: Settings) -> list[Finding]:
    """Nothing is said where there are none."""
    if not settings.traces:
        return []
    try:
        check_installed()
    except SettingsError as error:
        found, _, to_do = str(error).partition(": ")
        return [fault("traces", found, f"{to_do}, or unset KANAL_TRACES")]
    name = next((name for name in ENDPOINTS if os.environ.get(name)), None)
    if name is None:
        return [ok("traces", "they go to http://localhost:4318")]
    if not _is_url(os.environ[name]):
        # It may hold a password, and is not shown.
        found = f"{name} is no http or https URL: every span is lost"
        return [warning("traces", found, "set it to a URL such as http://collector:4318")]
    return [ok("traces", f"they go where {name} says")]


def _is_url(endpoint: str) -> bool:
    try:
        parts = urlsplit(endpoint)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
