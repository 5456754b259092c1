"""Service links: what Kubernetes puts into every pod beside a Service, and is no setting of ours.

For each Service with a cluster IP of the pod's namespace it sets variables that begin with the
Service's name, and so with KANAL_ for one that is called `kanal`, `kanal-web` or `kanal-postgres`.
What the pod itself sets takes precedence.
https://kubernetes.io/docs/concepts/services-networking/service/
"""

import re
from collections.abc import Mapping

_SERVICE = r"KANAL_([A-Z0-9_]+_)?"
_NAME = re.compile(
    _SERVICE
    + r"(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)
_PORT = re.compile(_SERVICE + "PORT")
_ADDRESS = re.compile(r"(tcp|udp|sctp)://\S+")


def passed_over(environment: Mapping[str, str]) -> list[str]:
    """The names in the environment that are service links."""
    return sorted(name for name, value in environment.items() if _is_link(name, value))


def _is_link(name: str, value: str) -> bool:
    # A Service's `…_PORT` is its address, by which KANAL_PORT is told from the setting.
    is_address = _PORT.fullmatch(name) and _ADDRESS.fullmatch(value)
    return bool(is_address or _NAME.fullmatch(name))
