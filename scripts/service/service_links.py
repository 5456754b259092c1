"""Service links: environment variables that Kubernetes sets in every pod, and that only look like
settings.

For each Service of the namespace that has a cluster IP, Kubernetes sets variables that begin with
the name of the Service, which is KANAL_ for `kanal`, `kanal-web` and `kanal-postgres`. The
variables of the pod itself take precedence.
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
    """The names of the variables that are service links, to be ignored as settings."""
    return sorted(name for name, value in environment.items() if _is_link(name, value))


def _is_link(name: str, value: str) -> bool:
    # The value of a link `…_PORT` is a URL, so the setting KANAL_PORT is not mistaken for one.
    is_address = _PORT.fullmatch(name) and _ADDRESS.fullmatch(value)
    return bool(is_address or _NAME.fullmatch(name))
