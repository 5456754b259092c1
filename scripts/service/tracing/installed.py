"""Whether what it takes to trace is installed, which an installation of Kanal may be without."""

import importlib.util

from scripts.service.settings import SettingsError


def check_installed() -> None:
    """Raises SettingsError, which says how to install it."""
    if importlib.util.find_spec("opentelemetry") is None:
        raise SettingsError(
            "KANAL_TRACES needs OpenTelemetry, which is not installed: pip install 'kanal[otel]'"
        )
