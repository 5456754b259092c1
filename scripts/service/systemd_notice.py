"""What systemd is told of the service, sd_notify(3): that it is ready, and that it stops."""

import logging
import os
import socket

logger = logging.getLogger(__name__)

READY = "READY=1"
STOPPING = "STOPPING=1"


def tell_systemd(state: str) -> None:
    """Tell it, where it has said in NOTIFY_SOCKET that it wants to know (Type=notify)."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    address = "\0" + path[1:] if path.startswith("@") else path  # one without a file
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notice:
        try:
            notice.sendto(state.encode(), address)
        except OSError as error:
            logger.warning("systemd cannot be told %s: %s", state, error.strerror or error)
