"""A certified OpenID provider in a process of its own (`e2e/oidc/provider.js`), and its clients."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.clients import PATIENCE

OIDC = Path(__file__).parents[1] / "e2e" / "oidc"


class OidcProvider:
    """Its clients are alice, an owner of acme, and bob, an auditor."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.issuer = self._line(beginning="http://")

    def token(self, client: str, algorithm: str = "RS256") -> str:
        """A fresh access token, for the audience https://kanal.example/<algorithm>."""
        form = {
            "grant_type": "client_credentials",
            "resource": f"https://kanal.example/{algorithm}",
        }
        response = httpx.post(
            f"{self.issuer}/token", data=form, auth=(client, "secret"), timeout=PATIENCE
        )
        assert response.status_code == 200, response.text
        return str(response.json()["access_token"])

    def rotate(self) -> None:
        """Sign with new keys from now on, and publish those of before as well."""
        self._order("rotate")

    def withdraw(self) -> None:
        """Publish the keys of before no more."""
        self._order("withdraw")

    def _order(self, name: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{name}\n")
        self._process.stdin.flush()
        self._line(beginning=name)

    def _line(self, *, beginning: str) -> str:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith(beginning):
                return line.strip()
        raise AssertionError(f"the provider has ended: {self._process.wait()}")


@contextmanager
def oidc_provider() -> Iterator[OidcProvider]:
    node = shutil.which("node")
    assert node is not None, "make test installs Node where there is none"
    with subprocess.Popen(
        [node, "provider.js"],
        cwd=OIDC,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # its warnings that this is no production
        text=True,
    ) as process:
        try:
            yield OidcProvider(process)
        finally:
            process.kill()
