"""Socket.IO's connection state recovery: the `pid` and the `offset` that a stock client keeps.

It keeps the `pid` of the latest answer to CONNECT and, as its offset, the last argument of the
latest event, if that is text, and sends both when it connects again. Where the answer then holds
the very `pid` that it had, and only there, its `socket.recovered` is true.

    pid     LOG, or LOG~NONCE   whose unqualified offsets the client holds; the nonce makes it new
    offset  N, or N@LOG         everything up to position N of the log has been seen

The two are not kept at one time: with the `pid` of this connection may come the offset of an
earlier one. So a `pid` keeps its log for as long as the client may hold offsets of it.
"""

import re
import secrets
from dataclasses import dataclass, replace
from typing import Any

from transport.delivery.claims import Claim

_PID = re.compile(r"([\w-]{1,64})(?:~([0-9a-f]{8}))?", re.ASCII)
_OFFSET = re.compile(r"([0-9]{1,18})(?:@([\w-]{1,64}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pid:
    """What a client that takes part in recovery is told with the answer to CONNECT."""

    log: str
    nonce: str = ""

    def __str__(self) -> str:
        return f"{self.log}~{self.nonce}" if self.nonce else self.log

    def renewed(self) -> "Pid":
        """One that the client does not have, about the same log."""
        return replace(self, nonce=secrets.token_hex(4))

    def suffix(self, log_id: str) -> str:
        """What follows a position of a log in the offsets of a client with this pid."""
        return "" if log_id == self.log else f"@{log_id}"

    def claim(self, offset: str) -> Claim | None:
        """What a client with this pid says with an offset; one that is none says nothing."""
        found = _OFFSET.fullmatch(offset)
        return None if found is None else Claim(int(found[1]), found[2] or self.log)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a client that takes part in recovery has kept when it connects; nothing at first."""

    pid: Pid | None = None
    offset: str = ""

    @property
    def claim(self) -> Claim | None:
        return None if self.pid is None else self.pid.claim(self.offset)

    def answered(self, log_id: str, *, is_told_all: bool) -> Pid:
        """The pid to answer, so that `socket.recovered` is whether all that was missed is told."""
        if self.pid is None:
            return Pid(log_id)
        return self.pid if is_told_all else self.pid.renewed()


def kept_by(auth: Any) -> Kept | None:
    """What a handshake says that its client has kept; None where it takes no part in recovery."""
    if not isinstance(auth, dict) or auth.get("recover") is not True:
        return None
    pid, offset = auth.get("pid"), auth.get("offset")
    found = _PID.fullmatch(pid) if isinstance(pid, str) else None
    if found is None:
        return Kept()
    return Kept(Pid(found[1], found[2] or ""), offset if isinstance(offset, str) else "")
