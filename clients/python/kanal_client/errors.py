"""What is refused or has no answer, as one exception with a `code` that programs go by."""

from typing import Literal

from kanal_client.codes import STATUS_OF, ServiceCode

Code = ServiceCode | Literal["unreachable", "wrong_url", "token_unavailable"]
"""Those of the service, and what this client finds out itself:

unreachable         there was no answer at all
wrong_url           what answers at the url is no Kanal, or has it below another path
token_unavailable   the application has given no token; `__cause__` is what its function has raised

What this client refuses before it sends anything has the code, and the status, that the service has
for it.
"""

ABOUT_TOKEN: frozenset[Code] = frozenset(
    {
        "token_missing", "token_invalid", "token_expired", "not_authenticated", "access_revoked",
        "forbidden",
    }
)  # fmt: skip

PASSING: frozenset[Code] = frozenset({"unreachable", "unavailable", "rate_limited"})


class KanalError(Exception):
    """`code` is one of the service's (docs/api.md), or one of this client's own.

    `status` is the HTTP status of the answer, or the one that goes with the code, 0 where there is
    none; `retry_after` the seconds after which it may be tried again, where the service says so;
    `may_be_done` says that an attempt had no answer, so what was asked for may have happened.
    """

    code: Code
    status: int
    retry_after: float | None
    may_be_done: bool

    def __init__(
        self,
        code: Code,
        message: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        may_be_done: bool = False,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status = STATUS_OF.get(code, 0) if status is None else status
        self.retry_after = retry_after
        self.may_be_done = may_be_done

    @property
    def is_passing(self) -> bool:
        """Whether the same may go well a moment later."""
        return self.code in PASSING

    @property
    def is_about_token(self) -> bool:
        """Whether the token is not good, or not for the workspace."""
        return self.code in ABOUT_TOKEN
