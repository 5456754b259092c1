"""The clients of these tests are written in each language that there is one for."""

import pytest

from tests.support import kanal_client


@pytest.fixture(params=kanal_client.LANGUAGES)
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """That of the clients which the test starts."""
    monkeypatch.setattr(kanal_client, "language", request.param)
    return str(request.param)
