"""What else a cluster is entered through: the proxies that are installed, with the files of
`docs/proxies.md`, without TLS."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.proxies import PROXIES, plainly_proxied

OFTEN = ("check inter 1s", "check inter 300ms")
"""How often HAProxy asks a node, so that the nodes need to drain for less."""


@contextmanager
def installed_proxies(directory: Path, nodes: Sequence[str]) -> Iterator[dict[str, str]]:
    """HAProxy and nginx, if they are there, before nodes at these URLs: by name, their own URL."""
    places = [node.removeprefix("http://") for node in nodes]
    with ExitStack() as stack:
        found = {}
        for name in ("haproxy", "nginx"):
            proxy, own = PROXIES[name], directory / name
            if proxy.program is not None:
                own.mkdir()
                file = proxy.file().replace(*OFTEN)
                found[name] = stack.enter_context(plainly_proxied(proxy, own, file, places))
        yield found
